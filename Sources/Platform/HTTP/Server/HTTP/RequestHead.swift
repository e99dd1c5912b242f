/// The head of a request: the request line and the fields (RFC 9112, sections 2 to 5).
///
/// Parsing is strict, so that this server and a proxy before it cannot see two different requests
/// in the same bytes. Every line ends with CR LF, no line continues the previous one, a name is a
/// token followed directly by its colon, and one malformed line rejects the request.
struct RequestHead {
    /// The method token, unchanged, such as `GET`; the server may not support it.
    let method: String
    let target: ArraySlice<UInt8>
    /// Whether the version is HTTP/1.1; otherwise it is HTTP/1.0.
    let isCurrent: Bool
    /// The requested fields and the framing fields, in their order.
    private(set) var fields: [HTTPFields.Field] = []

    /// The most fields of a request, above any real client's; more are refused with 431.
    static let fieldLimit = 200

    /// The fields that determine the body and the connection; they are always kept.
    static let framingFields: Set<String> = [
        "connection", "content-length", "expect", "host", "sec-websocket-key",
        "sec-websocket-version", "transfer-encoding", "upgrade",
    ]

    /// - Parameters:
    ///   - bytes: the head, including the empty line.
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
        // A field may hold any bytes; invalid UTF-8 becomes U+FFFD.
        fields.append(
            HTTPFields.Field(
                name: lowered, value: String(decoding: HTTPSyntax.trimmed(value), as: UTF8.self)))
    }

    /// Removes the next line and its CR LF.
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

    /// Returns all values of a field.
    func values(of name: String) -> [String] {
        fields.compactMap { $0.name == name ? $0.value : nil }
    }

    /// Returns the members of a list field, in lower case.
    func members(of name: String) -> [String] {
        values(of: name).flatMap(HTTPSyntax.listMembers)
    }
}

extension RequestHead {
    private static let end: [UInt8] = [13, 10, 13, 10]

    /// Returns the position after the empty line that ends a head; nil when it has not arrived.
    ///
    /// - Parameter start: the number of bytes searched before.
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
