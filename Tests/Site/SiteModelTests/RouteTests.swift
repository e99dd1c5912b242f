import Core
import SiteModel
import Testing

@Suite struct RouteTests {
    @Test(arguments: [
        ("/", "/", "index.html"), ("/play", "/play/", "play/index.html"),
        ("/work/dashboard/", "/work/dashboard/", "work/dashboard/index.html"),
        ("/v1.2/notes/", "/v1.2/notes/", "v1.2/notes/index.html"),
    ])
    func knowsItsFile(raw: String, text: String, file: String) throws {
        let route = try Route(raw, page: "p")
        #expect(route.text == text)
        #expect(route.file == file)
    }

    @Test(arguments: [
        "", "x", "/..", "/a/..", "/a/./b", "/API/", "/v1/", "/a\u{0}b/", "/a\u{202E}b/",
        // A mark behind a slash hides neither the slash nor a reserved name.
        "/a/\u{301}b/", "/assets/\u{301}", "/assets/\u{301}x/",
        "/a/\u{20E3}", "/\u{301}", "/a/.\u{301}", "/a/..\u{301}/b", "/a//\u{301}b", "/\u{200D}a/",
        "/v1/\u{903}/",
        // Composed form only: two rows of one look are two keys of the same file.
        "/cafe\u{301}/",
    ])
    func refuses(_ raw: String) {
        #expect(throws: Diagnostic.self) { try Route(raw, page: "p") }
    }

    @Test func collidesAcrossCase() throws {
        let upper = try Route("/Caf\u{E9}/", page: "a")
        let lower = try Route("/caf\u{E9}", page: "b")
        #expect(upper.collisionKey == lower.collisionKey)
        #expect(upper.percentEncoded == "/Caf%C3%A9/")
        // Marks that belong to a letter stay: a script needs them.
        #expect(try Route("/हिन्दी/", page: "c").text == "/हिन्दी/")
    }
}
