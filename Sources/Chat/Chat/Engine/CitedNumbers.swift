/// Finds the quotations that an answer refers to: `[1]`, `[2, 3]`, `【4】`.
enum CitedNumbers {
    /// - Parameter count: of the quotations; larger numbers mean something else.
    /// - Returns: each number once, in the order of the text.
    static func find(in text: String, count: Int) -> [Int] {
        guard count > 0 else { return [] }
        let bytes = Array(text.utf8)
        var found: [Int] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "`") {
                index = endOfCode(in: bytes, from: index)
                continue
            }
            guard let (numbers, _) = read(bytes[...], at: index) else {
                index += 1
                continue
            }
            for number in numbers where (1...count).contains(number) && !found.contains(number) {
                found.append(number)
            }
            index += 1
        }
        return found
    }

    /// The numbers of a reference that begins at a place, and where it ends; nil when none does.
    static func read(_ bytes: ArraySlice<UInt8>, at start: Int) -> (numbers: [Int], end: Int)? {
        let width = openingWidth(of: bytes, at: start)
        return width > 0 ? numbers(in: bytes, from: start + width) : nil
    }

    /// Behind the 】 that closes a reference.
    private static func endOfBracket(in bytes: ArraySlice<UInt8>, from start: Int) -> Int {
        let mark = Array("】".utf8)
        let rest = bytes[start...].prefix(60)
        return rest.indices.first { rest[$0...].starts(with: mark) }.map { $0 + mark.count }
            ?? start
    }

    /// Behind a piece of code, in which brackets are no references; behind its first mark when it has
    /// no last one.
    private static func endOfCode(in bytes: [UInt8], from start: Int) -> Int {
        let fence = bytes[start...].prefix { $0 == UInt8(ascii: "`") }.count
        var index = start + fence
        while index < bytes.count {
            let run = bytes[index...].prefix { $0 == UInt8(ascii: "`") }.count
            if run == fence { return index + run }
            index += max(1, run)
        }
        return start + fence
    }

    /// Bytes of the bracket that opens here; 0 when none does.
    private static func openingWidth(of bytes: ArraySlice<UInt8>, at index: Int) -> Int {
        if bytes[index] == UInt8(ascii: "[") { return 1 }
        return bytes[index...].starts(with: "【".utf8) ? 3 : 0
    }

    /// The numbers up to the closing bracket, and what follows it; nil when something else stands there.
    private static func numbers(
        in bytes: ArraySlice<UInt8>, from start: Int
    ) -> (numbers: [Int], end: Int)? {
        var numbers: [Int] = []
        var digits = 0
        var number = 0
        for (place, byte) in zip(start..., bytes[start...].prefix(40)) {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                guard digits <= 3 else { return nil }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
            case UInt8(ascii: ","), 0x20:
                if digits > 0 { numbers.append(number) }
                (digits, number) = (0, 0)
            // The first byte of 】, or of † in front of what OpenAI's models add.
            case UInt8(ascii: "]"), 0xe3, 0xe2:
                if digits > 0 { numbers.append(number) }
                let end =
                    byte == UInt8(ascii: "]") ? place + 1 : endOfBracket(in: bytes, from: place)
                return numbers.isEmpty ? nil : (numbers, end)
            default: return nil
            }
        }
        return nil
    }
}
