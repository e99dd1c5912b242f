import Diagnostics
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
    ])
    func refuses(_ raw: String) {
        #expect(throws: Diagnostic.self) { try Route(raw, page: "p") }
    }

    @Test func collidesAcrossCaseAndUnicodeForm() throws {
        let composed = try Route("/Caf\u{E9}/", page: "a")
        let decomposed = try Route("/cafe\u{301}", page: "b")
        #expect(composed.collisionKey == decomposed.collisionKey)
        #expect(composed.percentEncoded == "/Caf%C3%A9/")
    }
}
