import Bundling
import Core
import SiteModel

/// The theme of a node, with the published value in place of each wrong token.
struct ResolvedTokens {
    let theme: Theme
    /// All errors in the current rows.
    let faults: [Diagnostic]
    /// The content with the values that the theme was made from.
    let content: NodeContent
    /// The tokens of the branding file.
    private let fileTokens: [String: String]
    /// Keys whose published value is wrong, too: their value comes from the layer beneath.
    private let lost: Set<String>

    init(of content: NodeContent, input: BuildInput, published: NodeBranding?) throws {
        var content = content
        let (library, fileTokens) = (input.library, try input.branding.tokens)
        var (theme, faults) = Self.resolve(content, fileTokens, library)
        self.faults = faults.map { $0.naming(fileTokens, unless: content.node.styleOverrides) }
        // Repeated once: two values may each be valid and still be wrong together.
        for _ in 0..<2 {
            let wrong = faults.filter { $0.severity == .error }.map(\.location)
            guard !wrong.isEmpty else { break }
            for location in wrong {
                content.replaceToken(at: location, from: published, fileTokens: fileTokens)
            }
            (theme, faults) = Self.resolve(content, fileTokens, library)
        }
        (self.theme, self.content, self.fileTokens) = (theme, content, fileTokens)
        lost = Set(faults.filter { $0.severity == .error }.compactMap(\.location.token))
    }

    /// Returns the branding that a release with this theme records.
    ///
    /// - Parameter node: with the metadata, styles and scripts of the release.
    func branding(of node: Node) -> NodeBranding {
        var overrides = fileTokens.merging(content.node.styleOverrides) { $1 }
        overrides[Theme.nameKey] = nil
        for key in lost { overrides[key] = nil }
        return NodeBranding(
            metadata: node.metadata.object ?? [:], theme: theme.name.rawValue,
            overrides: overrides, customCSS: node.customCSS, customScripts: node.customScripts,
            tokens: content.tokens.filter { !lost.contains($0.key) }, name: node.name)
    }

    private static func resolve(
        _ content: NodeContent, _ fileTokens: [String: String], _ library: TemplateLibrary
    ) -> (Theme, [Diagnostic]) {
        // Read only for keys other than the shipped ones, which few sites have.
        var readers: CustomPropertyReaders?
        return Theme.resolve(
            node: content.node.id, name: content.node.theme,
            defaults: content.tokens.map { StyleToken(key: $0.key, value: $0.value) },
            presets: library.themePresets, layers: [fileTokens, content.node.styleOverrides]
        ) { property in
            let found = readers ?? CustomPropertyReaders(of: content, library: library)
            readers = found
            return found.names.contains(property)
        }
    }
}

extension Diagnostic {
    /// Returns the diagnostic with the file of the token's value, when the node's row does not set
    /// it.
    fileprivate func naming(
        _ fileTokens: [String: String], unless overrides: [String: String]
    ) -> Diagnostic {
        guard let token = location.token, let node = location.node, location.field == nil,
            fileTokens[token] != nil, overrides[token] == nil
        else { return self }
        var diagnostic = self
        diagnostic.location.field = "branding/\(node)/tokens.json"
        return diagnostic
    }
}

extension NodeContent {
    /// Replaces a wrong value with the published one.
    fileprivate mutating func replaceToken(
        at location: Diagnostic.Location, from published: NodeBranding?,
        fileTokens: [String: String]
    ) {
        guard let key = location.token else { return }
        let isOverride = node.styleOverrides[key] != nil || fileTokens[key] != nil
        if key == Theme.nameKey {
            node.theme = published?.theme
        } else if location.field == nil, isOverride {
            node.styleOverrides[key] = published?.overrides[key]
        } else {
            tokens[key] = published?.tokens[key]
        }
    }
}
