public import System

/// The data that a component can read besides its props.
public enum ComponentContext: String, CaseIterable, Hashable, Sendable {
    case page, node, menu, pages, headings

    /// The hook that reads it.
    var hook: String {
        switch self {
        case .page: "usePage"
        case .node: "useNode"
        case .menu: "useMenu"
        case .pages: "usePages"
        case .headings: "useHeadings"
        }
    }
}

/// A component, layout or document that a render worker can run.
public struct CompiledModule: Sendable {
    public enum Kind: String, Sendable, Hashable { case component, layout, document }

    public var kind: Kind
    public var key: String
    /// A function's body: it calls `require` for its packages and `provide` with the component.
    public var serverCode: String
    /// Maps `serverCode` back to the admin's own lines.
    public var sourceMap: SourceMap
    /// What the module may read, according to its code; rendering shows what it really reads.
    public var context: Set<ComponentContext>
    /// Whether the module may read the list of pages: its pages are rendered again when that
    /// changes.
    public var mayListPages: Bool
    /// How the component is hydrated in the browser; nil when it stays as the server rendered it.
    public var hydrate: Hydration?
    /// The props schema in JSON Schema form, as text.
    public var propsSchema: String?
    /// `react_code`, or the path of a file.
    public var codeField: String
    /// Set after the browser's bundles are made.
    public var islandSource: String?
    public var islandPreloads: [String] = []
    /// The URL of the module that enhances the component's HTML in the browser, without React.
    public var behaviourSource: String?
    /// The component's own styles.
    public var styles: ModuleStyles?

    /// The file that `sourceMap` refers to.
    public var sourceFile: String { Self.file(kind: kind, key: key) }

    /// The path below the tool's working folder.
    static func file(kind: Kind, key: String) -> String { "\(kind.rawValue)s/\(FileStem(key)).tsx" }

    /// The digest of everything in the module that can change its output.
    public var fingerprint: SHA256Digest {
        var hasher = SHA256Hasher()
        for part in [
            kind.rawValue, key, serverCode, hydrate?.rawValue ?? "", propsSchema ?? "",
            islandSource ?? "", islandPreloads.joined(separator: " "),
            behaviourSource ?? "", styles?.digest.description ?? "",
        ] {
            hasher.update(field: part)
        }
        return hasher.finalize()
    }
}

/// The style sheet of one component, in its cascade layer and minified.
public struct ModuleStyles: Sendable, Hashable {
    public let css: String
    /// The digest of `css`.
    public let digest: SHA256Digest

    init(css: String) {
        self.css = css
        digest = SHA256Digest(hashing: css)
    }
}

/// When an island hydrates.
public enum Hydration: String, CaseIterable, Hashable, Sendable {
    case load, idle, visible
}
