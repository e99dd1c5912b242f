/// Reads a complete JSON text from an untrusted sender.
///
/// Nothing is corrected: an unpaired surrogate is an error, and so are bytes that are not UTF-8.
/// When members have the same name, the last one counts.
///
/// ```swift
/// let value = try JSONReader.read(request.body)
/// value["message"]?.string
/// ```
public enum JSONReader {
    /// The maximum depth of nesting; deeper text is an error.
    public static let depthLimit = 32

    public static func read(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        var scanner = JSONScanner(bytes, depthLimit: depthLimit)
        let value = try value(&scanner)
        try scanner.end()
        return value
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
