import Core
import RenderEngine
import RenderProtocol

/// A JavaScript context with the engine's own code in it and no site yet.
struct RenderEngine {
    let context: JavaScriptContext
    let stacks: Stacks
    /// What `templates/runtime/server.js` exports.
    private let exports: JavaScriptValue

    /// How many frames the stacks of errors have.
    ///
    /// Pages are made without: code that read its stack could tell whether it is rendered with its
    /// page or by itself, and give other bytes.
    enum Stacks: Double {
        case none = 0
        case toExplainErrors = 50
    }

    /// - Parameters:
    ///   - last: one that is not needed any more; what the engine compiled for it is used again.
    ///   - frame: a request to load the engine.
    init(besides last: RenderEngine?, stacks: Stacks, loading frame: [UInt8]) throws {
        var reader = ByteReader(frame)
        _ = try reader.byte()
        self.stacks = stacks
        context = JavaScriptContext(besides: last?.context)
        try context.evaluate(try reader.text(), source: "robbieblocks:prelude")
        var code = try reader.text()
        if stacks == .toExplainErrors { code = try reader.text() }
        try context.evaluate(code, source: "robbieblocks:runtime")
        exports = try context.value(at: "robbieblocks")
        try function("close").call([context.number(stacks.rawValue)])
    }

    func function(_ name: String) throws(JavaScriptError) -> JavaScriptValue {
        try exports.property(name)
    }
}
