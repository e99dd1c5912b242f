/// The head of a request: its first line and its fields (RFC 9112, sections 2 to 5).
///
/// Read strictly, so that this server and a proxy before it cannot see two different requests in the
/// same bytes. Every line ends with CR LF, no line continues the one before, a name is a token with its
/// colon right behind it, and one malformed line refuses the whole request.
struct RequestHead {
    /// A letter-for-letter token, such as `GET`; not necessarily one that is answered here.
    let method: String
    let target: ArraySlice<UInt8>
    /// Whether it is HTTP/1.1; otherwise HTTP/1.0.
    let isCurrent: Bool
    /// Those that were asked for and those that say how the request is to be read, in their order.
    private(set) var fields: [HTTPFields.Field] = []

    /// More fields than any client sends are refused with 431.
    static let fieldLimit = 200

    /// Decide about the body and the connection, and are always kept.
    static let framingFields: Set<String> = [
        "connection", "content-length", "expect", "host", "sec-websocket-key",
        "sec-websocket-version", "transfer-encoding", "upgrade",
    ]

    /// - Parameters:
    ///   - bytes: up to and with the empty line.
    ///   - wanted: the fields to keep beside `framingFields`, in lower case.
    init(_ bytes: ArraySlice<UInt8>, keeping wanted: Set<String>) throws(RequestRefusal) {
        guard let rest = bytes.ends(with: [13, 10, 13, 10]) ? bytes.dropLast(2) : nil else {
            throw Self.malformed("has no empty line at its end")
        }
        var lines = rest
        let first = try Self.takeLine(&lines)
        let words = first.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, !words[1].isEmpty,
            (1...32).contains(words[0].count), words[0].allSatisfy(HTTPSyntax.isTokenByte)
        else { throw Self.malformed("does not begin with a method, a target and a version") }
        method = String(decoding: words[0], as: UTF8.self)
        target = words[1]
        isCurrent = try Self.isCurrent(words[2])
        var count = 0
        while !lines.isEmpty {
            count += 1
            guard count <= Self.fieldLimit else {
                throw RequestRefusal(
                    431, "The request has more than \(Self.fieldLimit) fields.")
            }
            try take(try Self.takeLine(&lines), keeping: wanted)
        }
    }

    private mutating func take(
        _ line: ArraySlice<UInt8>, keeping wanted: Set<String>
    ) throws(RequestRefusal) {
        let name = line.prefix { HTTPSyntax.isTokenByte($0) }
        guard !name.isEmpty, line.dropFirst(name.count).first == UInt8(ascii: ":") else {
            throw Self.malformed("has a field whose name is not followed by a colon")
        }
        let value = line.dropFirst(name.count + 1)
        guard value.allSatisfy(HTTPSyntax.isValueByte) else {
            throw Self.malformed("has a control character in the value of a field")
        }
        let lowered = String(decoding: name.map(HTTPSyntax.lowercased), as: UTF8.self)
        guard Self.framingFields.contains(lowered) || wanted.contains(lowered) else { return }
        // A field may hold any bytes; those that are not UTF-8 become U+FFFD.
        fields.append(
            HTTPFields.Field(
                name: lowered, value: String(decoding: HTTPSyntax.trimmed(value), as: UTF8.self)))
    }

    /// Takes the next line, and the CR LF that ends it.
    private static func takeLine(
        _ rest: inout ArraySlice<UInt8>
    ) throws(RequestRefusal) -> ArraySlice<UInt8> {
        guard let end = rest.firstIndex(where: { $0 == 13 || $0 == 10 }), rest[end] == 13,
            end + 1 < rest.endIndex, rest[end + 1] == 10
        else { throw malformed("has a line that does not end with CR LF") }
        defer { rest = rest[(end + 2)...] }
        return rest[..<end]
    }

    private static func isCurrent(_ version: ArraySlice<UInt8>) throws(RequestRefusal) -> Bool {
        let digits = version.dropFirst(5)
        guard version.starts(with: "HTTP/".utf8), digits.count == 3,
            let major = digits.first, let minor = digits.last, HTTPSyntax.isDigit(major),
            digits[digits.startIndex + 1] == UInt8(ascii: "."), HTTPSyntax.isDigit(minor)
        else { throw malformed("does not name a version of HTTP") }
        guard major == UInt8(ascii: "1"), minor <= UInt8(ascii: "1") else {
            throw RequestRefusal(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.")
        }
        return minor == UInt8(ascii: "1")
    }

    private static func malformed(_ what: String) -> RequestRefusal {
        RequestRefusal(400, "The request's head \(what).")
    }

    /// All values of a field.
    func values(of name: String) -> [String] {
        fields.compactMap { $0.name == name ? $0.value : nil }
    }

    /// The members of a field that is a list, in lower case.
    func members(of name: String) -> [String] {
        values(of: name).flatMap(HTTPSyntax.listMembers)
    }
}

extension RequestHead {
    private static let end: [UInt8] = [13, 10, 13, 10]

    /// The place behind the empty line that ends a head; nil when it has not come.
    ///
    /// - Parameter start: how many bytes were searched before.
    static func end(in bytes: [UInt8], from start: Int) -> Int? {
        var index = max(start, end.count) - 1
        while index < bytes.count {
            if bytes[index] == 10, bytes[index - 1] == 13, bytes[index - 2] == 10,
                bytes[index - 3] == 13
            {
                return index + 1
            }
            index += 1
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with suffix: [UInt8]) -> Bool {
        self.suffix(suffix.count).elementsEqual(suffix)
    }
}
