import Bundling
import Publishing
import SiteModel
import System

/// What a build is made from beside rows: its options, and the templates and branding as they were
/// read.
///
/// A build captures it once, before it reads the first row, and passes it on. Files that are edited
/// under a running build, and templates that are read again, are therefore for the next build.
struct BuildInput: Sendable {
    /// Changes whenever the same rows would produce other bytes.
    private static let engineVersion = "6"

    let options: BuildOptions
    let library: TemplateLibrary
    let bundler: AssetBundler
    /// The files of the node's branding, with their bytes, or why they cannot be read.
    private let capturedBranding: Result<TemplateLibrary.Branding, any Error>

    init(_ options: BuildOptions, library: TemplateLibrary, bundler: AssetBundler) {
        self.options = options
        self.library = library
        self.bundler = bundler
        capturedBranding = Result { try library.branding(of: options.node) }
    }

    var branding: TemplateLibrary.Branding { get throws { try capturedBranding.get() } }

    /// Whether all files could be read. Otherwise, the next build tries again.
    var isWhole: Bool { (try? branding) != nil }

    var engineVersion: String { Self.engineVersion + (options.compresses ? "" : " plain") }

    func resolver() async throws -> SiteResolver {
        SiteResolver(
            layouts: Set(library.layouts.keys), runtime: try await bundler.runtime(of: library),
            engineVersion: engineVersion)
    }

    /// Returns the digest of everything that the site is made from except the rows of pages.
    func sources(of content: NodeContent) -> SHA256Digest {
        SourceDigest.of(content, library: library, engineVersion: engineVersion)
    }
}
