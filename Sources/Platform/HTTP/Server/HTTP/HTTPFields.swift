/// Header fields in the order sent, with names that ignore case.
///
/// ```swift
/// var fields: HTTPFields = ["content-type": "text/html; charset=utf-8"]
/// fields["cache-control"] = "no-cache"
/// ```
public struct HTTPFields: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        /// In lower case.
        public let name: String
        public let value: String
    }

    public private(set) var all: [Field] = []

    public init() {}

    public init(_ pairs: some Sequence<(name: String, value: String)>) {
        for pair in pairs { append(pair.name, pair.value) }
    }

    /// The first value of a field. Setting replaces all values of the field; setting nil removes
    /// them.
    public subscript(name: String) -> String? {
        get {
            let name = name.lowercased()
            return all.first { $0.name == name }?.value
        }
        set {
            let lowered = name.lowercased()
            all.removeAll { $0.name == lowered }
            if let newValue { append(lowered, newValue) }
        }
    }

    /// Adds a field and keeps existing ones of the same name, as `set-cookie` requires.
    public mutating func append(_ name: String, _ value: String) {
        all.append(Field(name: name.lowercased(), value: value))
    }

    /// Adds every field of `others`, replacing those of the same name.
    public mutating func merge(_ others: HTTPFields) {
        for field in others.all { self[field.name] = field.value }
    }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }
}

extension HTTPFields.Field {
    /// Whether the field can be sent: its name is a token, and its value has no control character
    /// (a line break would start another field).
    var isSendable: Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }
}
