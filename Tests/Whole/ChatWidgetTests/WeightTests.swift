import Bundling
import Foundation
import SiteModel
import System
import TestSupport
import Testing

/// The size of the widget's downloads.
@Suite struct WeightTests {
    private static let widget = ["chat-interface", "mood-indicator"]

    private let bundle: AssetBundle

    init() async throws {
        let library = try TemplateLibrary(root: Directory(ProjectFolder.path))
        let components = library.components.keys.sorted().map { Component(key: $0) }
        let (bundle, diagnostics) = try await AssetBundler(
            searchPath: "/usr/local/bin:/usr/bin:/bin"
        ).bundle(
            components: components, node: Node(id: "testpilot", name: "Test"), library: library)
        #expect(diagnostics == [])
        self.bundle = bundle
    }

    /// Everything that a page with this component fetches for it.
    private func scripts(of component: String) throws -> Set<String> {
        let module = try #require(bundle.components[component])
        return Set(module.islandPreloads + [try #require(module.islandSource)])
    }

    private func weight(of urls: Set<String>) throws -> Int {
        var sum = 0
        for url in urls {
            let asset = try #require(bundle.assets.first { $0.url == url })
            sum += try #require(Compression.gzip.compress(asset.bytes, effort: .asset)).count
        }
        return sum
    }

    @Test func theChatIsAtMost25KilobytesBeyondReact() throws {
        let others = try Set(
            bundle.components.values.filter {
                $0.islandSource != nil && !Self.widget.contains($0.key)
            }.flatMap { try scripts(of: $0.key) })
        #expect(!others.isEmpty)
        let own = try Set(Self.widget.flatMap { try scripts(of: $0) }).subtracting(others)
        let weight = try weight(of: own)
        #expect(own.count >= 3)
        #expect((10_000...25_000).contains(weight), "\(weight) bytes")
    }

    /// The bar is on every page, and most pages are not the chat.
    @Test func theBarFetchesNeitherTheConversationNorReact() throws {
        let bar = try #require(bundle.components["robbie-bar"])
        #expect(bar.islandSource == nil)
        let script = try #require(bundle.assets.first { $0.url == bar.behaviourSource })
        #expect(script.bytes.count < 3_000, "\(script.bytes.count) bytes")
    }
}
