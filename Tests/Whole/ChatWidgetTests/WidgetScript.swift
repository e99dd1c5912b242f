import Foundation
import RenderEngine
import Synchronization
import TestSupport

/// The widget's own code in the engine of the render workers, without a page around it.
struct WidgetScript {
    private let context = JavaScriptContext()

    /// - Parameter entry: a module whose imports that begin with `./` are files of `templates/runtime/` and
    ///   `templates/widget/`; its exports are members of `widget`.
    init(_ entry: String) throws {
        let code = try Self.bundles.withLock { bundles in
            if let known = bundles[entry] { return known }
            let code = try Self.bundle(entry)
            bundles[entry] = code
            return code
        }
        let prelude = try String(contentsOfFile: Self.runtime + "/prelude.js", encoding: .utf8)
        try context.evaluate(prelude, source: "prelude.js")
        try context.evaluate(code + "\nglobalThis.widget = widget;", source: "widget.js")
    }

    private static let runtime = ProjectFolder.path + "/templates/runtime"
    private static let widget = ProjectFolder.path + "/templates/widget"
    private static let bundles = Mutex<[String: String]>([:])

    private static func bundle(_ entry: String) throws -> String {
        let folder = try TestFolder()
        try folder.write(
            "tsconfig.json", #"{"compilerOptions":{"jsx":"react-jsx","target":"es2020"}}"#)
        for source in [runtime, widget] {
            for name in try FileManager.default.contentsOfDirectory(atPath: source) {
                try FileManager.default.copyItem(
                    atPath: "\(source)/\(name)", toPath: "\(folder.path)/\(name)")
            }
        }
        try folder.write("entry.tsx", "import \"./web.js\";\n" + entry)
        let run = try Program.run(
            "/usr/bin/esbuild",
            [
                folder.path + "/entry.tsx", "--bundle", "--format=iife", "--global-name=widget",
                "--jsx=automatic", "--log-level=error", "--preserve-symlinks",
                "--define:process.env.NODE_ENV=\"production\"",
                "--outfile=\(folder.path)/widget.js",
            ], environment: ["NODE_PATH": "/usr/share/nodejs"])
        guard run.status == 0 else { throw HTTPClient.Failure(description: run.errors) }
        return try String(contentsOfFile: folder.path + "/widget.js", encoding: .utf8)
    }

    /// The value of an expression, by way of JSON.
    func value<Value: Decodable>(_ expression: String, as type: Value.Type) throws -> Value {
        let text = try text("JSON.stringify(\(expression))")
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// A text that an expression gives.
    func text(_ expression: String) throws -> String {
        String(
            decoding: try context.evaluate(expression, source: "test").utf8(), as: UTF8.self)
    }

    /// Returns the result of the module's function for `argument`.
    func call(_ function: String, _ argument: String) throws -> String {
        String(
            decoding: try context.value(at: function).call([context.string(argument)]).utf8(),
            as: UTF8.self)
    }
}
