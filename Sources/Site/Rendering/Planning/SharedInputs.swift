import Core

/// Inputs that pages read besides their own rows, by name: `engine`, `node`, `menu`,
/// `component:hero`, `layout:dashboard`, `frame:work/dashboard`, `pages`, …
///
/// A page lists the names that it reads; when the digest of a name changes, only those pages are
/// planned again.
public enum SharedInput {
    /// The program and the script that its workers load.
    public static let engine = "engine"
    public static let document = "document"
    public static let node = "node"
    public static let menu = "menu"
    /// The fonts, the island loader and the node's script, which every page loads.
    public static let assets = "assets"
    /// The values for evaluating conditions, besides the clock.
    public static let conditions = "conditions"
    /// The list of all pages, for components that show one.
    public static let pages = "pages"

    public static func component(_ key: String) -> String { componentPrefix + key }
    private static let componentPrefix = "component:"
    public static func layout(_ key: String) -> String { "layout:" + key }
    /// The blocks that pages of an app with this layout have without placing them.
    public static func frame(app: String, layout: String) -> String {
        "\(framePrefix)\(app)/\(layout)"
    }

    private static let framePrefix = "frame:"

    public static func isFrame(_ name: String) -> Bool { name.hasUTF8Prefix(framePrefix) }
    public static func isComponent(_ name: String) -> Bool { name.hasUTF8Prefix(componentPrefix) }

    /// The inputs of every page.
    public static let everyPage = [assets, document, engine, menu, node]

    /// Returns the keys of the components among the inputs of a page, in their order.
    public static func componentKeys(among inputs: [String]) -> [String] {
        inputs.compactMap { $0.droppingUTF8Prefix(componentPrefix).map(String.init) }
    }

    /// Returns the input as `robbieblocks why` words it.
    public static func words(_ name: String) -> String {
        switch name {
        case engine: "the program"
        case document: "templates/document.tsx"
        case node: "the branding of the node"
        case menu: "the menu"
        case assets: "the fonts and scripts of every page"
        case conditions: "the nodes, apps and themes that conditions name"
        case pages: "the list of pages"
        case let name where name.hasUTF8Prefix(framePrefix):
            "the frame of app '\(app(ofFrame: name))'"
        default: name.splitUTF8(separator: ":", maxSplits: 1).joined(separator: " '") + "'"
        }
    }

    /// Returns the app and the layout of an input that is a frame.
    public static func frame(named name: String) -> (app: String, layout: String)? {
        guard name.hasUTF8Prefix(framePrefix), let slash = name.lastUTF8Index(of: "/") else {
            return nil
        }
        return (app(ofFrame: name), String(name[name.utf8.index(after: slash)...]))
    }

    /// A layout's key has no slash.
    private static func app(ofFrame name: String) -> String {
        let rest = name.droppingUTF8Prefix(framePrefix) ?? name[...]
        return String(rest[..<(rest.lastUTF8Index(of: "/") ?? rest.startIndex)])
    }
}
