import Core
import SiteModel

/// The branding row, branding file, style tokens and frame as used by a release.
///
/// Where a row is wrong, the site keeps the last published value. A release records this in the
/// ledger, so that a restarted watch builds the same site as one that kept running.
struct NodeBranding: Hashable, Sendable {
    /// The `metadata` of the row.
    var metadata: [String: JSONValue]
    /// The theme's name, whatever its source.
    var theme: String
    /// Token key → value: those of the row, on top of those of the branding file.
    var overrides: [String: String]
    var customCSS: String
    var customScripts: String
    /// Token key → default value.
    var tokens: [String: String]
    /// The node's name; nil when an older version of this program made the release.
    var name: String?
    /// The node's apps, sorted; nil when an older version of this program made the release.
    var apps: [String]?
    /// The rows of the frame, for rows that wait for a manual build.
    var frame: [FrameBlock] = []
}

extension NodeBranding {
    /// The JSON recorded in the ledger.
    var text: String {
        func object(_ map: [String: String]) -> JSONValue { .object(map.mapValues { .string($0) }) }
        var members: [String: JSONValue] = [
            "metadata": .object(metadata), "theme": .string(theme),
            "overrides": object(overrides), "css": .string(customCSS),
            "scripts": .string(customScripts), "tokens": object(tokens),
            "frame": .array(frame.map(\.json)),
        ]
        members["name"] = name.map { .string($0) }
        members["apps"] = apps.map { .array($0.map { .string($0) }) }
        return JSONValue.object(members).text
    }

    /// Reads the text that `text` wrote; nil for any other text.
    init?(_ text: String) {
        guard let value = try? JSONValue(parsing: text),
            let metadata = value["metadata"]?.object, let theme = value["theme"]?.string,
            let overrides = value["overrides"]?.object, let css = value["css"]?.string,
            let scripts = value["scripts"]?.string, let tokens = value["tokens"]?.object
        else { return nil }
        self.init(
            metadata: metadata, theme: theme, overrides: overrides.compactMapValues(\.string),
            customCSS: css, customScripts: scripts, tokens: tokens.compactMapValues(\.string),
            name: value["name"]?.string, apps: value["apps"]?.array?.compactMap(\.string),
            frame: value["frame"]?.array?.compactMap(FrameBlock.init(json:)) ?? [])
    }
}
