import Core
import RenderEngine
import RenderProtocol
import SiteModel

extension PageRenderer {
    /// The parts of a site, after its modules were loaded into the engine.
    struct Modules {
        /// Whether each component is an island.
        var islands: [Bool] = []
        var layouts = 0
    }

    /// Loads the site of a setup request into the engine.
    static func define(
        _ frame: [UInt8], in engine: RenderEngine
    ) throws -> Modules {
        let request = try SetupRequest(decoding: frame)
        let context = engine.context
        func flag(_ value: Bool) -> JavaScriptValue { context.number(value ? 1 : 0) }
        try engine.function("setSite").call([context.string(request.siteJSON)])
        let defineComponent = try engine.function("defineComponent")
        for component in request.components {
            let factory = try factory(
                component.code, source: "component:\(component.key)", in: context)
            try defineComponent.call([factory, context.string(component.definition)])
        }
        let defineLayout = try engine.function("defineLayout")
        for layout in request.layouts {
            let factory = try factory(
                layout.code, source: "layout:\(layout.key)", in: context)
            try defineLayout.call([factory, flag(layout.mayListPages)])
        }
        let document = try factory(
            request.documentCode, source: "document:document", in: context)
        try engine.function("defineDocument").call([
            document, flag(request.documentMayListPages),
        ])
        return Modules(
            islands: request.components.map(\.isIsland), layouts: request.layouts.count)
    }

    /// Makes the module's function. The code keeps its line numbers, so that the source map stays
    /// valid.
    ///
    /// The compiler accepts some code that the engine rejects, such as an invalid regular
    /// expression. Such a module fails where it is used, as if it threw, and the others work.
    private static func factory(
        _ code: String, source: String, in context: JavaScriptContext
    ) throws(JavaScriptError) -> JavaScriptValue {
        do {
            return try context.evaluate(
                WorkerProtocol.factoryPrefix + code + "\n})", source: source)
        } catch {
            let reason = error.message.replacingUTF8("SyntaxError: ", with: "")
            return try context.evaluate(
                "(function(){throw new SyntaxError(\(JSONValue.quote(reason)))})",
                source: "robbieblocks:refused")
        }
    }
}
