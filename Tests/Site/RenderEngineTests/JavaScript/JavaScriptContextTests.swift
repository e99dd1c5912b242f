import RenderEngine
import Testing

@Suite struct JavaScriptContextTests {
    @Test func callsFunctionsWithText() throws {
        let context = JavaScriptContext()
        let greet = try context.evaluate("(name, n) => `Hi ${name} ${n + 1} ✓`", source: "test")
        let text = try greet.call([context.string("Ünal 🙂"), context.number(2)]).utf8()
        #expect(String(decoding: text, as: UTF8.self) == "Hi Ünal 🙂 3 ✓")
    }

    @Test func saysWhereCodeFailed() throws {
        let context = JavaScriptContext()
        let function = try context.evaluate(
            "(function f() {\n  null.x;\n})", source: "component:broken")
        let error = #expect(throws: JavaScriptError.self) { try function.call([]) }
        #expect(error?.line == 2)
        #expect(error?.stack.contains("component:broken:2") == true)
        let syntax = #expect(throws: JavaScriptError.self) {
            try context.evaluate("1 +", source: "x")
        }
        #expect(syntax?.message.contains("SyntaxError") == true)
        #expect(throws: JavaScriptError.self) { try context.number(1).call([]) }
    }
}
