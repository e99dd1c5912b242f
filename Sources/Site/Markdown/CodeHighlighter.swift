/// Writes code as HTML in which comments, strings, numbers, keywords and names have classes.
///
/// It reads words, not grammar, in one pass: the time is linear in the length of the code. Every
/// byte of the code is written once, escaped and in order, so a wrong guess changes a colour and
/// never the text.
struct CodeHighlighter: ~Copyable {
    /// The most elements in one document, so that code cannot multiply the size of a page.
    static let elementLimit = 20_000

    /// The kind of a part of the code. The value is the last letter of its class.
    enum Part: UInt8, CaseIterable {
        case keyword = 0x6B  // k
        case string = 0x73  // s
        case number = 0x6E  // n
        case comment = 0x63  // c
        case name = 0x74  // t
    }

    private let code: UnsafeBufferPointer<UInt8>
    private let language: CodeLanguage
    private var index = 0
    /// Where the code that is not written yet begins.
    private var start = 0
    private var elements: Int

    /// - Parameter elements: how many elements may be written.
    init(_ code: UnsafeBufferPointer<UInt8>, in language: CodeLanguage, elements: Int) {
        self.code = code
        self.language = language
        self.elements = elements
    }

    /// Whether this type writes the given `class` attribute.
    static func isClass(_ value: String) -> Bool {
        let bytes = Array(value.utf8)
        return bytes.count == 5 && bytes.starts(with: "tok-".utf8)
            && Part(rawValue: bytes[4]) != nil
    }

    /// - Returns: how many elements may still be written.
    consuming func write(to html: inout HTMLBuffer) -> Int {
        // Whether the next word is the first of a line or of a command.
        var isFirst = true
        while index < code.count, elements > 0, !html.isFull {
            let byte = code[index]
            if byte == UInt8(ascii: "\n") {
                isFirst = true
                index += 1
                continue
            }
            if byte <= 0x20 {
                index += 1
                continue
            }
            if let end = endOfComment() {
                emit(.comment, to: end, &html)
            } else if let (end, isKey) = endOfString() {
                emit(isKey ? .name : .string, to: end, &html)
            } else if Self.isDigit(byte) {
                emit(.number, to: endOfNumber(), &html)
            } else if Self.isWordStart(byte) {
                let end = endOfWord(from: index + 1)
                let part = part(ofWordTo: end, isFirst: isFirst)
                let leadsToCommand =
                    isFirst && language.kind == .shell && part == .keyword
                    && CodeLanguage.beforeCommands.contains(word(to: end))
                if let part {
                    emit(part, to: end, &html)
                } else {
                    index = end
                }
                if leadsToCommand { continue }
            } else if let (part, end) = markedWord() {
                emit(part, to: end, &html)
            } else {
                index += 1
                if language.kind == .shell, "|;&({".utf8.contains(byte) {
                    isFirst = true
                    continue
                }
                // In `- name: x` the key comes after the dash.
                if language.kind == .settings, byte == UInt8(ascii: "-") { continue }
            }
            isFirst = false
        }
        html.appendEscaped(UnsafeBufferPointer(rebasing: code[start...]))
        return elements
    }

    private mutating func emit(_ part: Part, to end: Int, _ html: inout HTMLBuffer) {
        html.appendEscaped(UnsafeBufferPointer(rebasing: code[start..<index]))
        html.append("<span class=\"tok-")
        html.append(part.rawValue)
        html.append("\">")
        html.appendEscaped(UnsafeBufferPointer(rebasing: code[index..<end]))
        html.append("</span>")
        (index, start) = (end, end)
        elements -= 1
    }
}

// MARK: - Comments, strings, numbers

extension CodeHighlighter {
    private func endOfComment() -> Int? {
        if let comment = language.comment, has(comment.open, at: index) {
            return find(comment.close, from: index + comment.open.utf8CodeUnitCount)
                .map { $0 + comment.close.utf8CodeUnitCount } ?? code.count
        }
        for mark in language.lineComments where has(mark, at: index) {
            // A one-character mark begins a comment only after a space: `a#b` is one word.
            let isWord = index > 0 && code[index - 1] > 0x20 && mark.utf8CodeUnitCount == 1
            if !isWord { return endOfLine() }
        }
        return nil
    }

    private func endOfString() -> (end: Int, isKey: Bool)? {
        if language.kind == .sql, let end = endOfDollars() { return (end, false) }
        // In the text of a document, an apostrophe does not begin a string.
        if language.kind == .markup, index == 0 || code[index - 1] != UInt8(ascii: "=") {
            return nil
        }
        if code[index] == UInt8(ascii: "'"), isApostrophe { return nil }
        for quote in language.quotes where has(quote.mark, at: index) {
            let length = quote.mark.utf8CodeUnitCount
            var end = index + length
            while end < code.count, !has(quote.mark, at: end) {
                if code[end] == UInt8(ascii: "\n"), !quote.hasLines { return (end, false) }
                end += quote.escapes && code[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            end = min(end + length, code.count)
            return (end, language.kind == .json && next(from: end) == UInt8(ascii: ":"))
        }
        return nil
    }

    /// Whether the apostrophe at `index` is inside a word, such as `don't`, instead of before a
    /// string. Python's strings may have letters before them: `f'…'`, `rb'…'`.
    private var isApostrophe: Bool {
        guard language.kind == .program || language.kind == .settings, index > 0,
            Self.isWordStart(code[index - 1]) || Self.isDigit(code[index - 1])
        else { return false }
        guard language.hasStringPrefixes else { return true }
        var start = index
        while start > 0, index - start < 3, Self.isWordStart(code[start - 1]) { start -= 1 }
        return index - start > 2 || !code[start..<index].allSatisfy("rbfuRBFU".utf8.contains)
    }

    /// Returns the end of `$$ … $$` or `$name$ … $name$`, or of the code when it is not closed.
    private func endOfDollars() -> Int? {
        guard code[index] == UInt8(ascii: "$"), index + 1 < code.count,
            !Self.isDigit(code[index + 1])
        else { return nil }
        let close = endOfWord(from: index + 1)
        guard close < code.count, code[close] == UInt8(ascii: "$") else { return nil }
        let mark = code[index...close]
        var end = close + 1
        while end + mark.count <= code.count {
            if code[end] == UInt8(ascii: "$"), code[end..<(end + mark.count)].elementsEqual(mark) {
                return end + mark.count
            }
            end += 1
        }
        return code.count
    }

    private func endOfNumber() -> Int {
        var end = index + 1
        while end < code.count {
            let byte = code[end]
            let isPart =
                Self.isDigit(byte) || Self.isWordStart(byte) || byte == UInt8(ascii: "%")
                || byte == UInt8(ascii: ".") && end + 1 < code.count && Self.isDigit(code[end + 1])
            guard isPart else { break }
            end += 1
        }
        return end
    }
}

// MARK: - Words

extension CodeHighlighter {
    private func word(to end: Int) -> String {
        String(decoding: code[index..<end], as: UTF8.self)
    }

    /// Returns the part that a word is; nil for a word without a class.
    private func part(ofWordTo end: Int, isFirst: Bool) -> Part? {
        let before = index > 0 ? code[index - 1] : 0
        if language.kind == .markup { return partInMarkup(to: end, before: before) }
        let length = end - index
        if length <= 15 {
            var word = word(to: end)
            if language.kind == .sql { word = word.lowercased() }
            // `a.default` is a property, and `echo done` an argument.
            let canBeKeyword =
                before != UInt8(ascii: ".") && (language.kind != .shell || isFirst)
            if canBeKeyword, language.keywords.contains(word) {
                let isFunction =
                    end < code.count && code[end] == UInt8(ascii: "(")
                    && language.functions.contains(word)
                return isFunction ? .name : .keyword
            }
            if language.values.contains(word) { return .number }
        }
        let after = next(from: end)
        switch language.kind {
        case .program:
            // An element of JSX: `<Badge` or `</p`.
            if before == UInt8(ascii: "<") { return .keyword }
            if before == UInt8(ascii: "/"), index > 1, code[index - 2] == UInt8(ascii: "<") {
                return .keyword
            }
            let isCall = end < code.count && code[end] == UInt8(ascii: "(")
            let isType =
                language.hasTypes
                && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(code[index])
            return isCall || isType ? .name : nil
        case .sql: return end < code.count && code[end] == UInt8(ascii: "(") ? .name : nil
        case .styles: return after == UInt8(ascii: ":") ? .name : nil
        case .shell: return isFirst ? .name : nil
        case .settings:
            return isFirst && (after == UInt8(ascii: ":") || after == UInt8(ascii: "="))
                ? .name : nil
        case .json, .markup: return nil
        }
    }

    private func partInMarkup(to end: Int, before: UInt8) -> Part? {
        if before == UInt8(ascii: "<")
            || before == UInt8(ascii: "/") && index > 1
                && code[index - 2] == UInt8(ascii: "<")
        {
            return .keyword
        }
        return next(from: end) == UInt8(ascii: "=") ? .name : nil
    }

    /// A word that begins with a sign: `@media`, `$name`, `#8b5cf6`.
    private func markedWord() -> (Part, end: Int)? {
        // Only these begin a word. With other signs, a run of dashes would be read again for each
        // dash.
        guard [UInt8(ascii: "$"), UInt8(ascii: "@"), UInt8(ascii: "#")].contains(code[index])
        else { return nil }
        let end = endOfWord(from: index + 1)
        guard end > index + 1 else { return nil }
        switch (language.kind, code[index]) {
        case (.shell, UInt8(ascii: "$")): return (.number, end)
        case (.styles, UInt8(ascii: "@")), (.program, UInt8(ascii: "@")): return (.keyword, end)
        case (.styles, UInt8(ascii: "#")):
            let isColor =
                [4, 5, 7, 9].contains(end - index)
                && code[(index + 1)..<end].allSatisfy {
                    Self.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
                }
            return isColor ? (.number, end) : nil
        default: return nil
        }
    }
}

// MARK: - Bytes

extension CodeHighlighter {
    private func has(_ mark: StaticString, at position: Int) -> Bool {
        let length = mark.utf8CodeUnitCount
        guard position + length <= code.count else { return false }
        for offset in 0..<length where code[position + offset] != mark.utf8Start[offset] {
            return false
        }
        return true
    }

    private func find(_ mark: StaticString, from position: Int) -> Int? {
        var position = position
        while position < code.count {
            if has(mark, at: position) { return position }
            position += 1
        }
        return nil
    }

    private func endOfLine() -> Int {
        var end = index
        while end < code.count, code[end] != UInt8(ascii: "\n") { end += 1 }
        return end
    }

    private func endOfWord(from position: Int) -> Int {
        var end = position
        while end < code.count {
            let byte = code[end]
            let isDash =
                byte == UInt8(ascii: "-")
                && (language.kind == .styles || language.kind == .markup
                    || language.kind == .shell || language.kind == .settings)
            guard Self.isWordStart(byte) || Self.isDigit(byte) || isDash else { break }
            end += 1
        }
        return end
    }

    /// Returns the next byte that is not a space.
    private func next(from position: Int) -> UInt8? {
        var position = position
        while position < code.count, code[position] == 0x20 { position += 1 }
        return position < code.count ? code[position] : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isWordStart(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
