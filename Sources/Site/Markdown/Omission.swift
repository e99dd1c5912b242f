/// Part of the source that the page does not show, for a warning that names the line.
public struct Omission: Hashable, Sendable {
    /// The 1-based line of the source.
    public var line: Int
    /// What was left out, such as `<video>`, `style of <span>` or `the link to 'x:y'`.
    public var what: String

    public init(line: Int, what: String) {
        self.line = line
        self.what = what
    }
}

/// Collects omissions up to a limit, listing each only once per line.
struct Omissions {
    /// Omissions beyond this limit are counted but not listed.
    private static let limit = 50
    /// A quoted link or name is cut after this many bytes.
    private static let longestQuote = 80

    private(set) var list: [Omission] = []
    private var seen: Set<Omission> = []

    mutating func add(_ what: String, line: Int) {
        let omission = Omission(line: line, what: what)
        guard list.count < Self.limit, seen.insert(omission).inserted else { return }
        list.append(omission)
    }

    /// Adds a link or an image whose address is not allowed.
    mutating func add(_ kind: StaticString, to url: some Collection<UInt8>, line: Int) {
        var text = String(decoding: url.prefix(Self.longestQuote), as: UTF8.self)
        if url.count > Self.longestQuote { text += "…" }
        text.unicodeScalars.removeAll { $0.properties.generalCategory == .control }
        add("the \(kind) '\(text)'", line: line)
    }
}
