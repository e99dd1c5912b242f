/// Finds the quotations that an answer refers to: `[1]`, `[2, 3]`, `【4】`.
enum CitedNumbers {
    /// - Parameter count: number of quotations; a larger number is not a reference.
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

    /// Returns the numbers and the end of the reference that begins at `start`; nil when there is
    /// none.
    static func read(_ bytes: ArraySlice<UInt8>, at start: Int) -> (numbers: [Int], end: Int)? {
        let width = openingWidth(of: bytes, at: start)
        return width > 0 ? numbers(in: bytes, from: start + width) : nil
    }

    /// Returns the index after the 】 that closes a reference.
    private static func endOfBracket(in bytes: ArraySlice<UInt8>, from start: Int) -> Int {
        let mark = Array("】".utf8)
        let rest = bytes[start...].prefix(60)
        return rest.indices.first { rest[$0...].starts(with: mark) }.map { $0 + mark.count }
            ?? start
    }

    /// Returns the index after a code span, in which brackets are not references; after its opening
    /// mark if it is not closed.
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

    /// Returns the number of bytes of an opening bracket; 0 when there is none.
    private static func openingWidth(of bytes: ArraySlice<UInt8>, at index: Int) -> Int {
        if bytes[index] == UInt8(ascii: "[") { return 1 }
        return bytes[index...].starts(with: "【".utf8) ? 3 : 0
    }

    /// Returns the numbers up to the closing bracket and the index after it; nil for any other
    /// content.
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
            // The first byte of 】, or of the † before the suffix that OpenAI's models add.
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
