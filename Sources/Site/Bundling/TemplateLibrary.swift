public import Core
public import SiteModel
public import System

/// The files that come with the project: layouts, the document shell, base styles, the starter
/// components, and each node's branding.
public struct TemplateLibrary: Sendable {
    /// A TSX file with the styles and the props schema beside it.
    public struct File: Sendable, Hashable {
        public var path: String
        public var code: String
        public var styles: String
        public var propsSchema: JSONValue?

        /// The path of the styles, if there are any.
        public var stylesPath: String { (path.droppingUTF8Suffix(".tsx") ?? path[...]) + ".css" }
    }

    /// Key → `templates/layouts/<key>.tsx`.
    public var layouts: [String: File]
    /// Key → `templates/components/<key>.tsx`.
    public var components: [String: File]
    /// `templates/document.tsx`.
    public var document: File
    /// `templates/styles/*.css`, joined in the order of their names.
    public var baseStyles: String
    /// `templates/runtime/*` and `templates/widget/*`: file name → text. Both are bundled as one
    /// folder, so that no name may be in both.
    public var runtime: [String: String]
    /// `branding/themes.json`: theme name → token key → value.
    public var themePresets: [String: [String: String]]
    /// `branding/fonts.json`.
    public var fonts: [Font]
    /// The bytes of the fonts that are present on this machine, by path.
    private let fontFiles: [String: [UInt8]]
    /// The warnings about its files, which do not prevent publishing.
    public let warnings: [Diagnostic]
    /// The digest of the library's files: the bytes of templates, settings and fonts, and the names,
    /// sizes and modification times of pictures.
    ///
    /// Libraries with equal fingerprints give the same bundles, so reloading after a file was saved
    /// without an edit starts no build.
    public let fingerprint: SHA256Digest
    /// Every file of the library, relative to the project's folder, sorted.
    public let files: [String]
    private let root: Directory

    /// The content of `branding/<node>/`.
    public struct Branding: Sendable {
        /// The flat map of `tokens.json`, in the form of `style_overrides`.
        public var tokens: [String: String] = [:]
        /// File name → bytes, for the logo, the favicon and other pictures.
        public var files: [String: [UInt8]] = [:]

        public init() {}
    }

    /// Reads the library below `root`, the project's folder.
    ///
    /// Records only the sizes and times of the files of nodes; `branding` reads those of one node.
    public init(root: Directory) throws {
        self.root = root
        var reader = TemplateReader(root: root)
        layouts = try reader.templates(in: "templates/layouts")
        components = try reader.templates(in: "templates/components")
        document = File(
            path: "templates/document.tsx", code: try reader.text("templates/document.tsx"),
            styles: "")
        baseStyles = try reader.names(in: "templates/styles").filter { $0.hasUTF8Suffix(".css") }
            .map { try reader.text("templates/styles/\($0)") }.joined(separator: "\n")
        runtime = [:]
        for folder in ["templates/runtime", "templates/widget"] {
            for name in try reader.names(in: folder) {
                runtime[name] = try reader.text("\(folder)/\(name)")
            }
        }
        themePresets = try reader.themePresets()
        (fonts, fontFiles, warnings) = try reader.fonts()
        for node in (try? reader.names(in: "branding")) ?? [] {
            for name in (try? reader.names(in: "branding/\(node)")) ?? [] {
                let path = "branding/\(node)/\(name)"
                // Fails here, before the library is used, so that a watch keeps the old one.
                if Self.isPublished(name) {
                    try TemplateReader.check(path, within: "branding", of: root)
                }
                reader.look(at: path)
            }
        }
        files = reader.files
        fingerprint = reader.fingerprint
    }

    /// The folders with the library's files, relative to the project's folder. A watcher observes them
    /// and their subfolders to know when to read the library again.
    public var folders: [String] {
        let ofFonts = fonts.compactMap { font in
            font.file.lastUTF8Index(of: "/").map { String(font.file[..<$0]) }
        }
        return ["templates", "branding"] + Set(ofFonts).sorted()
    }

    /// Reads `branding/<node>/`; a node without a folder has no files.
    public func branding(of node: String) throws -> Branding {
        var branding = Branding()
        guard Component.isValidKey(node), root.exists("branding/\(node)") else { return branding }
        for name in try root.names(in: "branding/\(node)") where !name.hasUTF8Prefix(".") {
            let path = "branding/\(node)/\(name)"
            if name == "tokens.json" {
                let value = try TemplateReader.json(try root.read(path, limit: 4 << 20), path)
                guard let tokens = value.object else {
                    throw Diagnostic(
                        .badBranding, "the file is not a JSON object", at: .init(field: path),
                        hint: #"write {"color.brand": "rebeccapurple"}"#)
                }
                branding.tokens = tokens.mapValues { $0.string ?? $0.text }
            } else if Self.isPublished(name) {
                branding.files[name] = try TemplateReader.published(
                    path, within: "branding", of: root)
            }
        }
        return branding
    }

    /// Whether a file of a node's branding is published: a picture, by its suffix.
    private static func isPublished(_ name: String) -> Bool {
        ["svg", "png", "ico", "webp", "jpg"].contains(name.splitUTF8(separator: ".").last)
    }

    /// Returns the bytes of a font's file; nil when the set-up has not created it on this machine.
    public func bytes(of font: Font) throws -> [UInt8]? {
        guard let bytes = fontFiles[font.file] else { return nil }
        guard bytes.starts(with: "wOF2".utf8) else {
            throw Diagnostic(
                .badBranding, "the file is not a WOFF2 font", at: .init(field: font.file),
                hint: "convert it, for instance with woff2_compress")
        }
        return bytes
    }
}

extension TemplateLibrary {
    /// Returns a component whose empty columns are filled from the library's file of its key.
    public func complete(_ component: Component) -> Component {
        var component = component
        guard let file = components[component.key] else { return component }
        if component.code == nil {
            component.code = file.code
            component.codeField = file.path
        }
        if component.styles == nil {
            component.styles = file.styles
            component.stylesField = file.stylesPath
        }
        if component.propsSchema == nil { component.propsSchema = file.propsSchema }
        return component
    }
}
