import Diagnostics
import SiteModel
import SystemSupport

/// Makes the browser's bundles: one small loader, one module an island, React in a shared chunk.
struct IslandBundler {
    let esbuild: Esbuild

    struct Result {
        var assets: [Asset] = []
        /// The URL of the loader.
        var loader: String?
        /// Component key → the URL of its module.
        var sources: [String: String] = [:]
        /// Component key → the URLs of the chunks that its module imports.
        var preloads: [String: [String]] = [:]
    }

    /// Bundles the islands among `modules`, whose sources are in the working folder.
    func bundle(_ modules: [CompiledModule]) throws -> Result {
        let islands = modules.filter { $0.hydrate != nil }.map(\.key).sorted()
        var result = Result()
        guard !islands.isEmpty else { return result }
        for key in islands {
            let entry = """
                import Component from "../components/\(key).tsx";
                import { hydrate } from "../runtime/client.js";
                export default (element) => hydrate(element, Component);
                """
            try esbuild.folder.write(Array(entry.utf8), to: "islands/island-\(key).js")
        }
        let (succeeded, messages) = try esbuild.run(
            ["runtime/islands.js"] + islands.map { "islands/island-\($0).js" } + [
                "--bundle", "--splitting", "--format=esm", "--minify", "--jsx=automatic",
                "--target=es2020", "--legal-comments=none", "--log-level=warning", "--charset=utf8",
                "--inject:./runtime/globals.js", "--alias:robbieblocks=./runtime/robbieblocks.js",
                "--define:process.env.NODE_ENV=\"production\"", "--outdir=client",
                "--entry-names=[name]-[hash]", "--chunk-names=shared-[hash]",
                "--metafile=client.json",
            ])
        guard succeeded else {
            let error = messages.first(where: \.isError)
            throw Diagnostic(
                .toolFailed,
                "esbuild failed on '\(error?.file ?? "?")': \(error?.text ?? "no reason given")")
        }
        let outputs = try esbuild.metafile("client.json")["outputs"]?.object ?? [:]
        func url(_ output: String) -> String { "/assets/" + output.dropFirst("client/".count) }
        for (output, entry) in outputs.sorted(by: { $0.key < $1.key }) {
            result.assets.append(
                Asset(
                    path: String(url(output).dropFirst()),
                    bytes: try esbuild.folder.read(output)))
            guard let source = entry["entryPoint"]?.string else { continue }
            if source == "runtime/islands.js" {
                result.loader = url(output)
            } else if source.hasPrefix("islands/island-") {
                let key = String(source.dropFirst("islands/island-".count).dropLast(3))
                result.sources[key] = url(output)
                result.preloads[key] = Self.imports(of: output, in: outputs).map(url).sorted()
            }
        }
        return result
    }

    /// Everything that `output` imports statically, directly or not.
    private static func imports(of output: String, in outputs: [String: JSONValue]) -> Set<String> {
        var found: Set<String> = []
        var waiting = [output]
        while let next = waiting.popLast() {
            for entry in outputs[next]?["imports"]?.array ?? []
            where entry["kind"]?.string == "import-statement" {
                if let path = entry["path"]?.string, found.insert(path).inserted {
                    waiting.append(path)
                }
            }
        }
        return found
    }
}
