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
        var reader = ByteReader(frame)
        _ = try reader.byte()
        let context = engine.context
        func flag() throws -> JavaScriptValue { context.number(try reader.byte() == 1 ? 1 : 0) }
        try engine.function("setSite").call([context.string(try reader.text())])
        var modules = Modules()
        let defineComponent = try engine.function("defineComponent")
        for _ in 0..<(try reader.count()) {
            let key = try reader.text()
            let factory = try factory(
                try reader.text(), source: "component:\(key)", in: context)
            try defineComponent.call([factory, context.string(try reader.text())])
            modules.islands.append(try reader.byte() == 1)
        }
        let defineLayout = try engine.function("defineLayout")
        modules.layouts = try reader.count()
        for _ in 0..<modules.layouts {
            let key = try reader.text()
            let factory = try factory(try reader.text(), source: "layout:\(key)", in: context)
            try defineLayout.call([factory, try flag()])
        }
        let document = try factory(try reader.text(), source: "document:document", in: context)
        try engine.function("defineDocument").call([document, try flag()])
        return modules
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
