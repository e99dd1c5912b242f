/// The one reader of whole JSON texts. `JSONScanner`, on which it stands, reads parts of a stream.
extension JSONValue {
    /// The maximum depth of nesting, unless another limit is given.
    public static let depthLimit = 512
    /// The maximum depth of nesting of what visitors send.
    public static let requestDepthLimit = 32
    /// Maximum bytes of a text.
    public static let byteLimit = 64 << 20

    /// Reads a complete JSON text by the letter of RFC 8259.
    ///
    /// Nothing is corrected: an unpaired surrogate is an error, and so are bytes that are not UTF-8,
    /// a comma before the end of a list, and a number beyond the range of a `Double`. When members
    /// have the same name, the last one counts.
    ///
    /// ```swift
    /// let value = try JSONValue(parsing: request.body, depthLimit: JSONValue.requestDepthLimit)
    /// value["message"]?.string
    /// ```
    public init(
        parsing bytes: [UInt8], depthLimit: Int = Self.depthLimit
    ) throws(JSONFault) {
        guard bytes.count <= Self.byteLimit else { throw .tooLong }
        var scanner = JSONScanner(bytes, depthLimit: depthLimit)
        self = try Self.value(&scanner)
        try scanner.end()
    }

    public init(parsing text: String) throws(JSONFault) {
        try self.init(parsing: Array(text.utf8))
    }

    private static func value(_ scanner: inout JSONScanner) throws(JSONFault) -> JSONValue {
        switch scanner.next {
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                members[try scanner.exactText(of: key)] = try value(&scanner)
            }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try scanner.beginArray()
            while try scanner.nextElement() { elements.append(try value(&scanner)) }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try scanner.exactString())
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try scanner.bool())
        case UInt8(ascii: "n"):
            try scanner.null()
            return .null
        default: return .number(try scanner.number())
        }
    }
}
