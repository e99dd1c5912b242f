import SiteModel

/// Reads JSON that a stranger sent: strict (RFC 8259), in one pass, with a limit on its depth.
///
/// ```swift
/// let value = try JSONReader.read(request.body)
/// value["message"]?.string
/// ```
struct JSONReader {
    /// Why the bytes are no JSON that is accepted.
    enum Fault: Error, Hashable {
        /// 0-based, in bytes.
        case syntax(offset: Int)
        case notUTF8
        case tooDeep
    }

    static let depthLimit = 32

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.index == bytes.count else { throw reader.syntax }
        return value
    }

    private var syntax: Fault { .syntax(offset: index) }

    private mutating func skipSpace() {
        while index < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[index]) { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(Fault) -> JSONValue {
        guard depth <= Self.depthLimit else { throw .tooDeep }
        skipSpace()
        guard index < bytes.count else { throw syntax }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Fault) -> JSONValue
    {
        let word = String(describing: text).utf8
        guard bytes[index...].starts(with: word) else { throw syntax }
        index += word.count
        return value
    }

    private mutating func object(depth: Int) throws(Fault) -> JSONValue {
        index += 1
        var members: [String: JSONValue] = [:]
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw syntax }
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw syntax }
            members[name] = try value(depth: depth + 1)
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw syntax }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(Fault) -> JSONValue {
        index += 1
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat { elements.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw syntax }
        return .array(elements)
    }

    private mutating func number() throws(Fault) -> Double {
        let start = index
        func isDigit(_ at: Int) -> Bool { at < bytes.count && (0x30...0x39).contains(bytes[at]) }
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        guard isDigit(index) else { throw syntax }
        if bytes[index] == UInt8(ascii: "0") {
            index += 1
        } else {
            while isDigit(index) { index += 1 }
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard isDigit(index) else { throw syntax }
            while isDigit(index) { index += 1 }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[index]) {
                index += 1
            }
            guard isDigit(index) else { throw syntax }
            while isDigit(index) { index += 1 }
        }
        guard let value = Double(String(decoding: bytes[start..<index], as: UTF8.self)) else {
            throw .syntax(offset: start)
        }
        return value
    }

    private mutating func string() throws(Fault) -> String {
        index += 1
        let start = index
        var text: [UInt8]?
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                let content = text.map { $0[...] } ?? bytes[start..<index]
                index += 1
                guard let string = String(validating: content, as: UTF8.self) else {
                    throw .notUTF8
                }
                return string
            case UInt8(ascii: "\\"):
                var decoded = text ?? Array(bytes[start..<index])
                try escape(into: &decoded)
                text = decoded
            case 0..<0x20: throw syntax
            default:
                text?.append(byte)
                index += 1
            }
        }
        throw syntax
    }

    private mutating func escape(into text: inout [UInt8]) throws(Fault) {
        index += 1
        guard index < bytes.count else { throw syntax }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try unit()
            if (0xd800..<0xdc00).contains(code) {
                // Half of a pair means nothing without the other.
                guard bytes[index...].starts(with: [0x5c, 0x75]) else { throw syntax }
                index += 2
                let low = try unit()
                guard (0xdc00..<0xe000).contains(low) else { throw syntax }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = UnicodeScalar(code) else { throw syntax }
            text.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
        default: throw syntax
        }
    }

    private mutating func unit() throws(Fault) -> UInt32 {
        guard index + 4 <= bytes.count else { throw syntax }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(bytes[index])).hexDigitValue else {
                throw syntax
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
