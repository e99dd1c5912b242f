/// Finds words, calls and the ends of brackets.
extension BareCode {
    /// Returns the places of a word, except as part of a longer one.
    func places(of word: String) -> [Range<Int>] {
        let word = Array(word.utf8)
        guard let first = word.first else { return [] }
        var places: [Range<Int>] = []
        var rest = bytes[...]
        while let start = rest.firstIndex(of: first) {
            let end = start + word.count
            rest = bytes[(start + 1)...]
            guard end <= bytes.count, bytes[start..<end].elementsEqual(word),
                start == 0 || !CompiledJavaScript.isNameByte(bytes[start - 1]),
                end == bytes.count || !CompiledJavaScript.isNameByte(bytes[end])
            else { continue }
            places.append(start..<end)
        }
        return places
    }

    /// Returns the index of the first byte at or after `index` that is not white space.
    func next(from index: Int) -> Int? {
        bytes[min(index, bytes.count)...].firstIndex { $0 > 0x20 }
    }

    /// Returns the word that ends before `index`; empty when there is none.
    func word(before index: Int) -> String {
        let end = bytes[..<index].lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0
        let word = bytes[..<end].reversed().prefix(while: CompiledJavaScript.isNameByte)
        return String(decoding: word.reversed(), as: UTF8.self)
    }

    /// Returns the index of the dot before the word at `index`, if the word is a member of an object.
    func dot(before index: Int) -> Int? {
        guard let last = bytes[..<index].lastIndex(where: { $0 > 0x20 }),
            bytes[last] == UInt8(ascii: ".")
        else { return nil }
        let isSpread = last >= 2 && bytes[last - 1] == bytes[last] && bytes[last - 2] == bytes[last]
        return isSpread ? nil : last
    }

    /// Returns the index after the bracket that closes the one at `start`.
    func end(ofBracketAt start: Int) -> Int? {
        var depth = 0
        for index in start..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return index + 1 }
            default: break
            }
        }
        return nil
    }

    /// Returns the index after the string that begins at `start`; nil when none begins there.
    func end(ofStringAt start: Int) -> Int? {
        guard start < bytes.count, "\"'".utf8.contains(bytes[start]) else { return nil }
        return bytes[(start + 1)...].firstIndex(of: bytes[start]).map { $0 + 1 }
    }

    /// Returns the index of the bracket that opens the arguments of a word; nil when the word is not
    /// called, or is the name in a method's declaration.
    func call(of place: Range<Int>) -> Int? {
        guard var open = next(from: place.upperBound) else { return nil }
        if bytes[open...].starts(with: "?.(".utf8) { open += 2 }
        guard bytes[open] == UInt8(ascii: "("), let end = end(ofBracketAt: open) else { return nil }
        return bytes[end...].starts(with: " {".utf8) ? nil : open
    }

    /// Whether the first argument of a call is a single string literal.
    func takesString(at open: Int) -> Bool {
        guard let start = next(from: open + 1), let end = end(ofStringAt: start),
            let after = next(from: end)
        else { return false }
        return ",)".utf8.contains(bytes[after])
    }
}
