import Core
import SiteModel
import System

/// Reads the library's files and records their paths and digests.
struct TemplateReader {
    private let root: Directory
    /// Path → digest of the file's bytes, or of its size and times.
    private var seen: [String: SHA256Digest] = [:]

    init(root: Directory) { self.root = root }

    /// Sorted.
    var files: [String] { seen.keys.sorted() }

    var fingerprint: SHA256Digest {
        var hasher = SHA256Hasher()
        for (path, digest) in seen.sorted(by: { $0.key < $1.key }) {
            hasher.update(field: path)
            hasher.update(field: digest)
        }
        return hasher.finalize()
    }

    mutating func text(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    mutating func json(_ path: String) throws -> JSONValue {
        try Self.json(try bytes(path), path)
    }

    /// Returns the names in a folder, without hidden files such as those of editors.
    func names(in folder: String) throws -> [String] {
        try root.names(in: folder).filter { !$0.hasUTF8Prefix(".") }
    }

    /// Returns each `KEY.tsx` of a folder with its styles and schema.
    mutating func templates(in folder: String) throws -> [String: TemplateLibrary.File] {
        var files: [String: TemplateLibrary.File] = [:]
        let names = try names(in: folder)
        let present = Set(names)
        for name in names where name.hasUTF8Suffix(".tsx") {
            let key = String(name.droppingUTF8Suffix(".tsx") ?? name[...])
            let stem = "\(folder)/\(key)"
            files[key] = TemplateLibrary.File(
                path: stem + ".tsx", code: try text(stem + ".tsx"),
                styles: present.contains(key + ".css") ? try text(stem + ".css") : "",
                propsSchema: present.contains(key + ".schema.json")
                    ? try json(stem + ".schema.json") : nil)
        }
        return files
    }

    /// Reads `NAME.fallback.json`, beside the font `NAME.woff2`.
    mutating func fallbacks(of font: String) throws -> [FontFace.Fallback] {
        let parts = font.splitUTF8(separator: ".", omittingEmptySubsequences: false)
        let path = parts.dropLast().joined(separator: ".") + ".fallback.json"
        guard parts.count > 1, root.exists(path) else { return [] }
        let entries = try json(path).array ?? [.null]
        let fallbacks = entries.compactMap(FontFace.Fallback.init)
        guard fallbacks.count == entries.count else {
            throw Diagnostic(
                .badBranding, "the file is not a list of fonts with their metrics",
                at: .init(field: path), hint: "create it again with scripts/setup, or delete it")
        }
        return fallbacks
    }

    /// Reads `branding/fonts.json`, with warnings about fonts that are not on this machine.
    mutating func fonts() throws -> (
        fonts: [TemplateLibrary.Font], files: [String: [UInt8]], warnings: [Diagnostic]
    ) {
        let list = TemplateLibrary.Font.list
        guard root.exists(list) else { return ([], [:], []) }
        var fonts = try TemplateLibrary.Font.all(in: json(list))
        var files: [String: [UInt8]] = [:]
        var warnings: [Diagnostic] = []
        for index in fonts.indices {
            let font = fonts[index]
            if root.exists(font.file) {
                let bytes = try Self.published(font.file, within: font.folder, of: root)
                seen[font.file] = SHA256Digest(hashing: bytes)
                files[font.file] = bytes
            } else if !font.isMadeBySetup {
                warnings.append(
                    Diagnostic(
                        .badBranding, "there is no file '\(font.file)', so no page has the font",
                        at: .init(field: list),
                        hint: "correct the path of '\(font.family)', or put the file there",
                        severity: .warning))
            }
            fonts[index].fallbacks = try fallbacks(of: font.file)
        }
        return (fonts, files, warnings)
    }

    /// Reads the themes of `branding/themes.json`.
    mutating func themePresets() throws -> [String: [String: String]] {
        let path = "branding/themes.json"
        guard root.exists(path) else { return [:] }
        let themes = try json(path).object?.mapValues { $0.object?.mapValues(\.string) }
        guard let themes else {
            throw Diagnostic(
                .badBranding, "the file is not a JSON object", at: .init(field: path),
                hint: #"write {"dark": {"color.page": "black"}}"#)
        }
        var presets: [String: [String: String]] = [:]
        for (name, values) in themes.sorted(by: { $0.key < $1.key }) {
            for (key, value) in (values ?? [:]).sorted(by: { $0.key < $1.key }) where value == nil {
                throw Diagnostic(
                    .badBranding, "'\(key)' of the theme '\(name)' is not a string",
                    at: .init(field: path), hint: "write the value in quotes")
            }
            guard let values else {
                throw Diagnostic(
                    .badBranding, "the theme '\(name)' is not a JSON object",
                    at: .init(field: path),
                    hint: #"write {"dark": {"color.page": "black"}}"#)
            }
            presets[name] = values.compactMapValues { $0 }
        }
        return presets
    }

    /// Records a file that may be large and is read later; a missing file is not an error.
    mutating func look(at path: String) {
        guard let status = root.status(of: path), !status.isFolder else { return }
        seen[path] = SHA256Digest(hashing: "\(status.size) \(status.modified)")
    }

    /// Reads a file that is published with the site.
    ///
    /// - Throws: `bad-branding` when it is not a file, is too large, or is a link that leads out of
    ///   its folder.
    static func published(
        _ path: String, within folder: String, of root: Directory
    ) throws -> [UInt8] {
        try check(path, within: folder, of: root)
        return try root.read(path, limit: publishedLimit)
    }

    /// Throws the same errors as `published`, without reading the file.
    static func check(
        _ path: String, within folder: String, of root: Directory
    ) throws(Diagnostic) {
        func fault(_ words: String, _ hint: String) -> Diagnostic {
            Diagnostic(.badBranding, words, at: .init(field: path), hint: hint)
        }
        guard let real = root.realPath(of: path), let base = root.realPath(of: folder),
            let status = FileStatus(path: real)
        else {
            throw fault(
                "the file cannot be opened", "it is a broken link, or its name is not UTF-8")
        }
        guard real.hasUTF8Prefix(base + "/") else {
            throw fault(
                "the file is a link that leads out of '\(folder)/', and would be published",
                "put a copy of the file there")
        }
        guard status.isFile else { throw fault("is not a file", "pictures and fonts are files") }
        guard status.size <= publishedLimit else {
            throw fault(
                "the file has \(status.size) bytes; \(publishedLimit) is the limit",
                "make it smaller: visitors have to download it")
        }
    }

    /// Maximum bytes of a picture or a font.
    private static let publishedLimit = 8 << 20

    private mutating func bytes(_ path: String) throws -> [UInt8] {
        let bytes = try root.read(path, limit: 4 << 20)
        seen[path] = SHA256Digest(hashing: bytes)
        return bytes
    }

    static func json(_ bytes: [UInt8], _ path: String) throws(Diagnostic) -> JSONValue {
        do throws(JSONFault) {
            return try JSONValue(parsing: bytes)
        } catch {
            var location = Diagnostic.Location(field: path)
            let text = String(decoding: bytes, as: UTF8.self)
            var excerpt: Diagnostic.Excerpt?
            if case .syntax(let offset) = error {
                var position = TextPosition(in: text)
                (location.line, location.column) = position.advance(
                    toByte: min(offset, bytes.count))
                if let line = location.line {
                    excerpt = Diagnostic.Excerpt(of: text, line: line, column: location.column)
                }
            }
            var fault = Diagnostic(
                .badBranding, "the file is not JSON", at: location,
                hint: "look for an extra or a missing comma, quotation mark or bracket")
            fault.excerpt = excerpt
            throw fault
        }
    }
}
