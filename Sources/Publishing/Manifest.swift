public import Diagnostics
public import SystemSupport

/// What a release consists of: each file's path and the hash of its bytes.
///
/// Its text form has one line a file, `sha256 size page path`, sorted by path; `page` is the key of
/// the page that the file belongs to, percent-encoded, or `-`.
public struct Manifest: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public var digest: SHA256Digest
        /// Bytes.
        public var size: Int
        /// The page whose HTML this is (or a compressed form of it); nil for assets.
        public var page: String?

        public init(digest: SHA256Digest, size: Int, page: String? = nil) {
            self.digest = digest
            self.size = size
            self.page = page
        }
    }

    /// Path below the site's root → file.
    public var files: [String: Entry]

    public init(files: [String: Entry] = [:]) { self.files = files }

    /// How many pages the release has, compressed forms not counted.
    public var pageCount: Int {
        files.count { $0.value.page != nil && $0.key.hasSuffix(".html") }
    }

    public var byteCount: Int { files.values.reduce(0) { $0 + $1.size } }
}

extension Manifest {
    /// The SHA-256 over all paths and hashes: equal for releases of equal files.
    public var buildHash: SHA256Digest {
        var hasher = SHA256Hasher()
        for (path, entry) in files.sorted(by: { $0.key < $1.key }) {
            hasher.update(field: path)
            hasher.update(field: entry.digest)
        }
        return hasher.finalize()
    }

    /// The text form.
    public var text: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(files.count * 120)
        for (path, entry) in files.sorted(by: { $0.key < $1.key }) {
            let page = entry.page.map(Self.encode) ?? "-"
            bytes.append(contentsOf: "\(entry.digest) \(entry.size) \(page) \(path)\n".utf8)
        }
        return bytes
    }

    /// Reads the text form.
    ///
    /// - Throws: a diagnostic when a line is not of that form.
    public init(parsing text: [UInt8], file: String) throws(Diagnostic) {
        files = [:]
        for (number, line) in text.split(separator: UInt8(ascii: "\n")).enumerated() {
            let parts = String(decoding: line, as: UTF8.self)
                .split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, let digest = SHA256Digest(hex: parts[0]),
                let size = Int(parts[1])
            else {
                throw Diagnostic(
                    .fileSystem, "the manifest is damaged",
                    at: .init(field: file, line: number + 1),
                    hint: "build the site again with --force")
            }
            let page = parts[2] == "-" ? nil : Self.decode(parts[2])
            files[String(parts[3])] = Entry(digest: digest, size: size, page: page)
        }
    }

    /// Keys may hold spaces; in the text form they are `%20`, and `-` alone is `%2D`.
    private static func encode(_ key: String) -> String {
        if key == "-" { return "%2D" }
        var bytes: [UInt8] = []
        for byte in key.utf8 {
            if byte <= 0x20 || byte == UInt8(ascii: "%") {
                let digits = String(byte, radix: 16, uppercase: true)
                bytes.append(contentsOf: ("%" + (digits.count == 1 ? "0" : "") + digits).utf8)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
