/// Character references such as `&amp;`, as far as rebuilding HTML needs them.
///
/// A well-formed reference in text or in a title is kept unchanged: whatever its value, it is text.
/// Only a URL must be decoded, because a browser acts on its decoded form; a URL with an unknown
/// reference is rejected.
package enum CharacterReferences {
    private static let named: [String: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}",
        "Tab": "\t", "NewLine": "\n", "colon": ":", "sol": "/", "bsol": "\\", "num": "#",
        "quest": "?", "equals": "=", "period": ".", "comma": ",", "semi": ";", "excl": "!",
        "percnt": "%", "lowbar": "_", "dollar": "$", "commat": "@", "plus": "+", "ast": "*",
        "lpar": "(", "rpar": ")", "lsqb": "[", "rsqb": "]", "ndash": "\u{2013}",
        "mdash": "\u{2014}", "hellip": "\u{2026}", "lsquo": "\u{2018}", "rsquo": "\u{2019}",
        "ldquo": "\u{201C}", "rdquo": "\u{201D}", "copy": "\u{A9}", "reg": "\u{AE}",
    ]

    package typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    /// Returns the length of the well-formed reference that begins with the `&` at `start`.
    package static func length(in bytes: Bytes, at start: Int) -> Int? {
        guard start + 2 < bytes.endIndex else { return nil }
        var index = start + 1
        let most: Int
        let isPart: (UInt8) -> Bool
        if bytes[index] == UInt8(ascii: "#") {
            index += 1
            if bytes[index] | 0x20 == UInt8(ascii: "x") {
                index += 1
                (most, isPart) = (6, isHexadecimal)
            } else {
                (most, isPart) = (7, isDigit)
            }
        } else {
            guard isLetter(bytes[index]) else { return nil }
            (most, isPart) = (32, { isLetter($0) || isDigit($0) })
        }
        let first = index
        while index < bytes.endIndex, index - first <= most, isPart(bytes[index]) { index += 1 }
        guard index > first, index - first <= most, index < bytes.endIndex,
            bytes[index] == UInt8(ascii: ";")
        else { return nil }
        return index + 1 - start
    }

    /// Returns the URL in an attribute's value, or nil when it is not certain.
    package static func decodedURL(_ value: Bytes) -> [UInt8]? {
        guard let decoded = decoded(value, keepsUnknown: false) else { return nil }
        // Browsers strip control characters and spaces at both ends.
        guard let first = decoded.firstIndex(where: { $0 > 0x20 }),
            let last = decoded.lastIndex(where: { $0 > 0x20 })
        else { return [] }
        return Array(decoded[first...last])
    }

    /// Returns text for display, in which unknown references stay as written.
    package static func decodedText(_ value: Bytes) -> [UInt8] {
        decoded(value, keepsUnknown: true) ?? []
    }

    private static func decoded(_ value: Bytes, keepsUnknown: Bool) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(value.count)
        var index = value.startIndex
        while index < value.endIndex {
            guard value[index] == UInt8(ascii: "&") else {
                decoded.append(value[index])
                index += 1
                continue
            }
            if let (scalar, length) = numeric(in: value, at: index) {
                decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                index += length
            } else if let length = length(in: value, at: index) {
                let name = value[index + 1..<index + length - 1]
                if let scalar = named[String(decoding: name, as: UTF8.self)] {
                    decoded.append(
                        contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                } else if keepsUnknown {
                    decoded.append(contentsOf: value[index..<index + length])
                } else {
                    return nil
                }
                index += length
            } else {
                decoded.append(UInt8(ascii: "&"))
                index += 1
            }
        }
        return decoded
    }

    /// Decodes a numeric reference. Browsers accept any length, with or without the semicolon.
    private static func numeric(in bytes: Bytes, at start: Int) -> (Unicode.Scalar, Int)? {
        guard start + 2 < bytes.endIndex, bytes[start + 1] == UInt8(ascii: "#") else { return nil }
        var index = start + 2
        let radix: UInt32 = bytes[index] | 0x20 == UInt8(ascii: "x") ? 16 : 10
        if radix == 16 { index += 1 }
        let first = index
        var code: UInt32 = 0
        while index < bytes.endIndex,
            radix == 16 ? isHexadecimal(bytes[index]) : isDigit(bytes[index])
        {
            let byte = bytes[index]
            let digit = isDigit(byte) ? byte - UInt8(ascii: "0") : (byte | 0x20) - 87
            code = min(code * radix + UInt32(digit), 0x11_0000)
            index += 1
        }
        guard index > first else { return nil }
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: ";") { index += 1 }
        let scalar = code == 0 ? nil : Unicode.Scalar(code)
        return (scalar ?? "\u{FFFD}", index - start)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
