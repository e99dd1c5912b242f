import Core

/// The members of a request's JSON object, each validated when it is read.
struct RequestObject {
    let members: [String: JSONValue]

    init(_ members: [String: JSONValue]) { self.members = members }

    init(reading body: [UInt8]) throws(ChatFault) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body, depthLimit: JSONValue.requestDepthLimit)
        } catch {
            throw ChatFault(error)
        }
        guard case .object(let members) = value else {
            throw .invalidJSON("it is a value of another type")
        }
        self.members = members
    }

    /// Returns a text, or nil when the member is missing or null.
    func text(_ name: String) throws(ChatFault) -> String? {
        switch members[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw .invalid(name, "must be a text")
        }
    }

    /// Returns a UUID in lower case, or nil when the member is missing or null.
    func identifier(_ name: String) throws(ChatFault) -> String? {
        guard let text = try text(name) else { return nil }
        guard let identifier = Identifier.canonical(text) else {
            throw .invalid(name, "must be a UUID")
        }
        return identifier
    }

    /// Returns a short text without control characters, or nil when the member is missing or null.
    func label(_ name: String, limit: Int) throws(ChatFault) -> String? {
        guard let text = try text(name) else { return nil }
        guard (1...limit).contains(text.unicodeScalars.count),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else { throw .invalid(name, "must have 1 to \(limit) characters, none of them a control") }
        return text
    }

    func flag(_ name: String) throws(ChatFault) -> Bool? {
        switch members[name] {
        case nil, .null: return nil
        case .bool(let value): return value
        default: throw .invalid(name, "must be true or false")
        }
    }

    /// Returns a whole number in a range, or nil when the member is missing or null.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(ChatFault) -> Int? {
        switch members[name] {
        case nil, .null: return nil
        case .number(let number)
        where number == number.rounded() && Double(range.lowerBound) <= number
            && number <= Double(range.upperBound):
            return Int(number)
        default:
            throw .invalid(
                name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }
}

/// Parses UUIDs.
enum Identifier {
    /// Returns the UUID's 36 characters in lower case; nil when the text is not a UUID in the usual
    /// form.
    static func canonical(_ text: some StringProtocol) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "-"):
                guard [8, 13, 18, 23].contains(index) else { return nil }
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                guard ![8, 13, 18, 23].contains(index) else { return nil }
            default: return nil
            }
        }
        return text.lowercased()
    }
}
