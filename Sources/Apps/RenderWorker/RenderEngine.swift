import Core
import RenderEngine
import RenderProtocol

/// A JavaScript context with the engine's own code but no site yet.
struct RenderEngine {
    let context: JavaScriptContext
    let stacks: Stacks
    /// The exports of `templates/runtime/server.js`.
    private let exports: JavaScriptValue

    /// The number of frames in the stacks of errors.
    ///
    /// Pages are rendered without stacks: code that reads its stack could detect whether it is
    /// rendered with its page or separately, and return other bytes.
    enum Stacks: Double {
        case none = 0
        case toExplainErrors = 50
    }

    /// - Parameters:
    ///   - last: an engine no longer needed, whose compiled code is reused.
    ///   - frame: the request that loads the engine.
    init(besides last: RenderEngine?, stacks: Stacks, loading frame: [UInt8]) throws {
        let request = try LoadRequest(decoding: frame)
        self.stacks = stacks
        context = JavaScriptContext(besides: last?.context)
        try context.evaluate(request.prelude, source: "robbieblocks:prelude")
        let code = stacks == .toExplainErrors ? request.explainingCode : request.code
        try context.evaluate(code, source: "robbieblocks:runtime")
        exports = try context.value(at: "robbieblocks")
        try function("close").call([context.number(stacks.rawValue)])
    }

    func function(_ name: String) throws(JavaScriptError) -> JavaScriptValue {
        try exports.property(name)
    }
}
