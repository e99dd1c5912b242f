import Core

/// Converts an answer's Markdown to HTML, for browsers without JavaScript. Supports the Markdown
/// that the program's own answers use and models use most.
///
/// The output contains only this type's tags; text is escaped, and links lead into this site or to
/// `https://`. Each byte is read a bounded number of times, whatever the text.
struct AnswerMarkup {
    private let citations: [Citation]
    /// Maximum nesting of quotations, and of emphasis within links.
    private static let depth = 4
    /// Maximum bytes of a link's text, and of its address.
    private static let longestLink = 400
    private static let longestTarget = 600

    init(citations: [Citation]) { self.citations = citations }

    func html(of text: String) -> String {
        blocks(text.splitUTF8(separator: "\n", omittingEmptySubsequences: false), depth: 0)
    }

    // MARK: Blocks

    private enum Kind {
        case blank, quotation, text, fence, heading, bullet, number
    }

    /// The kind of a line, and its content after the mark.
    private struct Line {
        var kind: Kind
        var content: Substring

        init(_ line: Substring) {
            let text = line.trimmingUTF8(" ")
            let bytes = text.utf8
            let hashes = bytes.prefix { $0 == UInt8(ascii: "#") }.count
            let digits = bytes.prefix { (0x30...0x39).contains($0) }.count
            var mark = 0
            if bytes.isEmpty {
                kind = .blank
            } else if text.hasUTF8Prefix(">") {
                (kind, mark) = (.quotation, 1)
            } else if text.hasUTF8Prefix("```") {
                kind = .fence
            } else if text.hasUTF8Prefix("- ") || text.hasUTF8Prefix("* ") {
                (kind, mark) = (.bullet, 2)
            } else if (1...6).contains(hashes), bytes.dropFirst(hashes).first == 0x20 {
                (kind, mark) = (.heading, hashes + 1)
            } else if (1...3).contains(digits), bytes.dropFirst(digits).starts(with: ". ".utf8) {
                (kind, mark) = (.number, digits + 2)
            } else {
                kind = .text
            }
            content = Substring(bytes.dropFirst(mark)).trimmingUTF8(" ")
        }
    }

    private func blocks(_ text: [Substring], depth: Int) -> String {
        var html = ""
        let lines = text.map(Line.init)
        var start = 0
        while start < lines.count {
            let kind = lines[start].kind
            var end = start + 1
            func takeLines(while isWanted: (Kind) -> Bool) {
                while end < lines.count, isWanted(lines[end].kind) { end += 1 }
            }
            func item(_ line: Line) -> String { "<li>\(inline(line.content))</li>" }
            switch kind {
            case .blank: break
            case .fence:
                takeLines { $0 != .fence }
                let body = text[(start + 1)..<end].joined(separator: "\n")
                html += "<pre>\(ChatPage.escape(body))</pre>\n"
                end += 1
            case .heading:
                html += "<h2>\(inline(lines[start].content))</h2>\n"
            case .quotation where depth < Self.depth:
                takeLines { $0 == .quotation }
                let inner = blocks(lines[start..<end].map(\.content), depth: depth + 1)
                html += "<blockquote>\n\(inner)</blockquote>\n"
            case .bullet:
                takeLines { $0 == .bullet }
                html += "<ul>\(lines[start..<end].map(item).joined())</ul>\n"
            case .number:
                takeLines { $0 == .number }
                html += "<ol>\(lines[start..<end].map(item).joined())</ol>\n"
            case .text, .quotation:
                takeLines { $0 == .text }
                let paragraph = lines[start..<end].map(\.content).joined(separator: "\n")
                html += "<p>\(inline(paragraph[...]))</p>\n"
            }
            start = end
        }
        return html
    }

    // MARK: Text

    private func inline(_ text: Substring) -> String {
        var writer = Writer(citations: citations)
        writer.write(Array(text.utf8)[...], inLink: false, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private struct Writer {
        let citations: [Citation]
        var bytes: [UInt8] = []

        init(citations: [Citation]) { self.citations = citations }

        mutating func write(_ text: ArraySlice<UInt8>, inLink: Bool, depth: Int) {
            var index = text.startIndex
            // Marks without a closing mark in the rest of the text.
            var lacking: Set<[UInt8]> = []
            while index < text.endIndex {
                let byte = text[index]
                if byte == UInt8(ascii: "\\"), index + 1 < text.endIndex,
                    Self.isPunctuation(text[index + 1])
                {
                    escape(text[index + 1])
                    index += 2
                    continue
                }
                if !inLink, let end = cite(text, at: index) ?? link(text, at: index, depth) {
                    index = end
                    continue
                }
                if depth < AnswerMarkup.depth,
                    let end = mark(text, at: index, &lacking, inLink, depth)
                {
                    index = end
                    continue
                }
                escape(byte)
                index += 1
            }
        }

        /// Writes code and emphasis.
        private mutating func mark(
            _ text: ArraySlice<UInt8>, at start: Int, _ lacking: inout Set<[UInt8]>,
            _ inLink: Bool, _ depth: Int
        ) -> Int? {
            for (mark, tag) in [("`", "code"), ("**", "strong"), ("*", "em")] {
                let mark = Array(mark.utf8)
                guard text[start...].starts(with: mark), !lacking.contains(mark) else { continue }
                let from = start + mark.count
                guard let end = Self.firstPlace(of: mark, in: text, from: from) else {
                    lacking.insert(mark)
                    continue
                }
                guard end > from, text[from] != 0x20 else { continue }
                bytes += Array("<\(tag)>".utf8)
                if tag == "code" {
                    for byte in text[from..<end] { escape(byte) }
                } else {
                    write(text[from..<end], inLink: inLink, depth: depth + 1)
                }
                bytes += Array("</\(tag)>".utf8)
                return end + mark.count
            }
            return nil
        }

        /// Writes `[1]` as a link to the source, if there is one with this number.
        private mutating func cite(_ text: ArraySlice<UInt8>, at start: Int) -> Int? {
            guard let (numbers, end) = CitedNumbers.read(text, at: start) else { return nil }
            let known = numbers.compactMap { number in
                citations.first { $0.number == number }.map { (number, $0) }
            }
            guard !known.isEmpty else { return nil }
            for (number, citation) in known {
                let address = ChatPage.address(of: citation)
                bytes += Array("<a href=\"\(address)\">[\(number)]</a>".utf8)
            }
            return end
        }

        /// Writes `[words](address)`.
        private mutating func link(
            _ text: ArraySlice<UInt8>, at start: Int, _ depth: Int
        ) -> Int? {
            guard text[start] == UInt8(ascii: "[") else { return nil }
            let limit = min(text.endIndex, start + 1 + AnswerMarkup.longestLink)
            var middle = start + 1
            while middle < limit, text[middle] != UInt8(ascii: "]") {
                if text[middle] == UInt8(ascii: "[") { return nil }
                middle += text[middle] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard middle + 1 < limit, text[middle + 1] == UInt8(ascii: "(") else { return nil }
            let target = text[(middle + 2)...].prefix(AnswerMarkup.longestTarget)
                .prefix { $0 != UInt8(ascii: ")") && $0 > 0x20 }
            guard target.endIndex < text.endIndex, text[target.endIndex] == UInt8(ascii: ")")
            else { return nil }
            let address = String(decoding: target, as: UTF8.self)
            let isOwn =
                address.hasUTF8Prefix("/") && !address.hasUTF8Prefix("//")
                && !address.containsUTF8("\\")
            guard isOwn || address.hasUTF8Prefix("https://") else { return nil }
            let rel = isOwn ? "" : " rel=\"nofollow noopener noreferrer\""
            bytes += Array("<a href=\"\(ChatPage.escape(address))\"\(rel)>".utf8)
            write(text[(start + 1)..<middle], inLink: true, depth: depth + 1)
            bytes += Array("</a>".utf8)
            return target.endIndex + 1
        }

        private static func firstPlace(
            of mark: [UInt8], in text: ArraySlice<UInt8>, from start: Int
        ) -> Int? {
            var index = start
            while index + mark.count <= text.endIndex {
                if text[index] == UInt8(ascii: "\\"), mark != [UInt8(ascii: "`")] {
                    index += 2
                } else if text[index...].starts(with: mark) {
                    return index
                } else {
                    index += 1
                }
            }
            return nil
        }

        private static func isPunctuation(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
            default: false
            }
        }

        private mutating func escape(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
            case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
            case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
            case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
            case UInt8(ascii: "'"): bytes += Array("&#39;".utf8)
            case 0: bytes += Array("\u{fffd}".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
