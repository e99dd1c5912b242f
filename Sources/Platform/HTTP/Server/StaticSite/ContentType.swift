import Core

/// The content type of a file, by its name.
struct ContentType: Hashable, Sendable {
    /// The field value, with the character encoding of text.
    let value: String
    /// Whether to look for compressed files; not for formats that are already compressed.
    let isCompressible: Bool

    init(path: ServedPath) {
        let name = path.fileName
        let ending = name.lastUTF8Index(of: ".").map {
            name[name.utf8.index(after: $0)...].lowercased()
        }
        self = Self.known[ending ?? ""] ?? Self.unknown
    }

    private init(_ value: String, isCompressible: Bool) {
        self.value = value
        self.isCompressible = isCompressible
    }

    private static func text(_ type: String) -> ContentType {
        ContentType(type + "; charset=utf-8", isCompressible: true)
    }

    private static func binary(_ type: String) -> ContentType {
        ContentType(type, isCompressible: false)
    }

    private static let unknown = binary("application/octet-stream")

    private static let known: [String: ContentType] = [
        "html": text("text/html"), "css": text("text/css"), "txt": text("text/plain"),
        "md": text("text/markdown"), "csv": text("text/csv"), "ics": text("text/calendar"),
        "js": text("text/javascript"), "mjs": text("text/javascript"),
        "json": text("application/json"), "map": text("application/json"),
        "webmanifest": text("application/manifest+json"), "xml": text("application/xml"),
        "atom": text("application/atom+xml"), "rss": text("application/rss+xml"),
        "svg": text("image/svg+xml"),
        "wasm": ContentType("application/wasm", isCompressible: true),
        "ico": ContentType("image/x-icon", isCompressible: true),
        "ttf": ContentType("font/ttf", isCompressible: true),
        "otf": ContentType("font/otf", isCompressible: true),
        "woff": binary("font/woff"), "woff2": binary("font/woff2"),
        "png": binary("image/png"), "jpg": binary("image/jpeg"), "jpeg": binary("image/jpeg"),
        "gif": binary("image/gif"), "webp": binary("image/webp"), "avif": binary("image/avif"),
        "mp4": binary("video/mp4"), "webm": binary("video/webm"), "mp3": binary("audio/mpeg"),
        "pdf": binary("application/pdf"), "zip": binary("application/zip"),
    ]
}
