public import FoundationEssentials

/// A value that can be bound in PostgreSQL's text form.
public protocol PostgresEncodable: PostgresEncodableElement {
    var postgresText: String { get }
}

extension String: PostgresEncodable {
    public var postgresText: String { self }
}

extension Int: PostgresEncodable {
    public var postgresText: String { String(self) }
}

extension Bool: PostgresEncodable {
    public var postgresText: String { self ? "t" : "f" }
}

extension UUID: PostgresEncodable {
    /// In lower case, as the server writes it; `uuidString` is slow.
    public var postgresText: String {
        withUnsafeBytes(of: uuid) { bytes in
            String(unsafeUninitializedCapacity: 36) { text in
                var end = 0
                for (index, byte) in bytes.enumerated() {
                    if [4, 6, 8, 10].contains(index) {
                        text[end] = UInt8(ascii: "-")
                        end += 1
                    }
                    for digit in [byte >> 4, byte & 15] {
                        text[end] =
                            digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
                        end += 1
                    }
                }
                return end
            }
        }
    }
}

/// A value that can be an array element: an `Optional` where it may be NULL.
public protocol PostgresEncodableElement {
    /// nil is NULL.
    var postgresElement: String? { get }
}

extension PostgresEncodable {
    public var postgresElement: String? { postgresText }
}

extension Optional: PostgresEncodableElement where Wrapped: PostgresEncodable {
    public var postgresElement: String? { self?.postgresText }
}

extension Array: PostgresEncodableElement where Element: PostgresEncodableElement {}

extension Array: PostgresEncodable where Element: PostgresEncodableElement {
    /// The array literal `{"a",NULL}`; each element that is not NULL is quoted and escaped.
    public var postgresText: String {
        var text = [UInt8(ascii: "{")]
        for (index, element) in enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            guard let element = element.postgresElement else {
                text.append(contentsOf: "NULL".utf8)
                continue
            }
            text.append(UInt8(ascii: "\""))
            for byte in element.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    text.append(UInt8(ascii: "\\"))
                }
                text.append(byte)
            }
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: "}"))
        return String(decoding: text, as: UTF8.self)
    }
}
