extension Diagnostic {
    /// The erroneous line with two lines before and after it, as an admin wrote them.
    ///
    /// ```text
    ///     5 |   return (
    ///   > 6 |     <p>{props.nam.first}</p>
    ///       |                   ^
    ///     7 |   );
    /// ```
    public struct Excerpt: Hashable, Sendable, Codable {
        /// The number of the first line in `lines`, from 1.
        public var firstLine: Int
        /// The lines without tabs and line ends, cut to the width of a screen.
        public var lines: [String]
        /// The number of the erroneous line, from 1.
        public var line: Int
        /// The text before the erroneous column, cut like the line; nil when the column is unknown.
        public var prefix: String?

        /// The number of lines shown before and after the erroneous line.
        private static let reach = 2
        /// The number of Unicode scalars shown of a line.
        private static let width = 160
        /// The number of scalars kept before the column when a line is cut.
        private static let lead = 60

        /// - Parameters:
        ///   - text: the whole text of the field.
        ///   - line: from 1.
        ///   - column: in Unicode scalars, from 1.
        /// - Returns: nil when the text has no such line, or when that line and its neighbours are
        ///   blank.
        public init?(of text: String, line: Int, column: Int?) {
            self.init(of: Lines(Array(text.utf8)), line: line, column: column)
        }

        /// Makes an excerpt from a text that has many, without searching for line ends again.
        public init?(of text: Lines, line: Int, column: Int?) {
            guard line >= 1, line <= text.count else { return nil }
            let first = max(1, line - Self.reach)
            let lines = (first...min(line + Self.reach, text.count)).map { text[$0] }
            firstLine = first
            self.line = line
            // All lines are cut at the same column, so that they stay aligned.
            let before = Self.columns(lines[line - first].unicodeScalars.prefix((column ?? 1) - 1))
            let start = before.count < Self.width ? 0 : before.count - Self.lead
            self.lines = lines.map { Self.cut(Self.columns($0.unicodeScalars), from: start) }
            prefix = column.map { _ in Self.cut(before, from: start, isWhole: true) }
            guard self.lines.contains(where: { !$0.isEmpty }) else { return nil }
        }

        /// The lines of a text. The text is searched for line ends once.
        public struct Lines: Sendable {
            private let text: [UInt8]
            /// The index where each line begins.
            private let starts: [Int]

            public init(_ text: [UInt8]) {
                self.text = text
                starts = [0] + text.indices.filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
            }

            var count: Int { starts.count }

            /// - Parameter number: from 1.
            subscript(_ number: Int) -> String {
                let end = number < starts.count ? starts[number] - 1 : text.count
                return String(decoding: text[starts[number - 1]..<end], as: UTF8.self)
            }
        }

        private static func columns(
            _ scalars: some Sequence<Unicode.Scalar>
        ) -> [Unicode.Scalar] {
            scalars.flatMap { scalar -> [Unicode.Scalar] in
                switch scalar {
                case "\t": Array(repeating: " ", count: 4)
                case "\r": []
                default: [scalar]
                }
            }
        }

        private static func cut(
            _ scalars: [Unicode.Scalar], from start: Int, isWhole: Bool = false
        ) -> String {
            var shown = String.UnicodeScalarView()
            if start > 0, scalars.count > start { shown.append("…") }
            shown += scalars.dropFirst(start).prefix(Self.width)
            if !isWhole, scalars.count > start + Self.width { shown.append("…") }
            if isWhole { return String(shown) }
            while shown.last?.value == 0x20 { shown.removeLast() }
            return String(shown)
        }
    }
}

extension Diagnostic.Excerpt {
    /// Returns the numbered lines with the erroneous one marked and a caret below the column.
    ///
    /// - Parameter shown: escapes text for the place where it is shown.
    public func rows(_ shown: (String) -> String = { $0 }) -> [String] {
        let width = "\(firstLine + lines.count - 1)".utf8.count
        var rows: [String] = []
        for (index, text) in lines.enumerated() {
            let number = "\(firstLine + index)"
            let isAtFault = firstLine + index == line
            let gutter =
                (isAtFault ? "> " : "  ")
                + String(repeating: " ", count: width - number.utf8.count) + number + " |"
            rows.append(text.isEmpty ? gutter : gutter + " " + shown(text))
            guard isAtFault, let prefix else { continue }
            let blank = String(repeating: " ", count: width)
            rows.append("  \(blank) | \(Self.blanks(as: shown(prefix)))^")
        }
        return rows
    }

    /// Returns as many spaces as the text takes columns in a terminal.
    private static func blanks(as text: String) -> String {
        let columns = text.unicodeScalars.reduce(0) { count, scalar in
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: count
            default: count + (isWide(scalar) ? 2 : 1)
            }
        }
        return String(repeating: " ", count: columns)
    }

    /// Whether the character takes two columns in a terminal (East Asian Width W and F, and emoji).
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
