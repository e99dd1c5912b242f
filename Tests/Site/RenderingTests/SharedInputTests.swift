import Rendering
import Testing

@Suite struct SharedInputTests {
    /// A mark at the start of a name is one character with the colon before it.
    @Test func namesAreCutByBytes() throws {
        for app in ["work", "\u{301}x", "a/b", ""] {
            let name = SharedInput.frame(app: app, layout: "dashboard")
            let frame = try #require(SharedInput.frame(named: name))
            #expect(frame.app.unicodeScalars.elementsEqual(app.unicodeScalars))
            #expect(frame.layout == "dashboard")
            #expect(SharedInput.words(name).utf8.elementsEqual("the frame of app '\(app)'".utf8))
        }
    }
}
