import HTML

extension HTMLBuffer {
    mutating func appendURL(_ url: [UInt8]) {
        url.withUnsafeBufferPointer { appendURL($0) }
    }

    /// Writes text that was already HTML: well-formed character references stay, and every other
    /// character with a meaning in HTML is escaped.
    mutating func appendReferencing(_ text: Slice<UnsafeBufferPointer<UInt8>>) {
        var index = text.startIndex
        while let ampersand = text[index...].firstIndex(of: UInt8(ascii: "&")) {
            appendEscaped(UnsafeBufferPointer(rebasing: text[index..<ampersand]))
            let length = CharacterReferences.length(in: text, at: ampersand)
            if let length {
                append(UnsafeBufferPointer(rebasing: text[ampersand..<ampersand + length]))
            } else {
                append("&amp;")
            }
            index = ampersand + (length ?? 1)
        }
        appendEscaped(UnsafeBufferPointer(rebasing: text[index...]))
    }
}
