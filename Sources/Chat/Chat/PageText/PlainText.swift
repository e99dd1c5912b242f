/// Text as a reader sees it: with white space collapsed and without invisible characters.
enum PlainText {
    /// Whether a scalar is kept. Removes characters that are invisible but can carry a message or
    /// change the direction of nearby text: control and format characters, private-use characters,
    /// and those of the tag block. The joiners of scripts and emoji are kept.
    static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F, 0x200C, 0x200D: true
        // Variation selectors beyond the sixteen that emoji use can encode arbitrary bytes.
        case 0xE0100...0xE01EF: false
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .privateUse, .surrogate, .unassigned: false
            default: true
            }
        }
    }

    /// Returns one line with white space collapsed to single spaces and trimmed.
    ///
    /// - Parameter limit: maximum number of characters; a longer text ends in an ellipsis.
    static func line(_ text: String, limit: Int) -> String {
        var folded = Folded()
        folded.append(text)
        let line = folded.text
        return line.count <= limit ? line : line.prefix(limit - 1) + "…"
    }

    /// Text built in parts, with the white space between them collapsed.
    struct Folded {
        private var scalars = String.UnicodeScalarView()
        private var isSpacePending = false

        var text: String { String(scalars) }
        var isEmpty: Bool { scalars.isEmpty }

        /// Drops the pending space before the next text.
        mutating func dropSpace() { isSpacePending = false }

        mutating func append(_ text: String) {
            for scalar in text.unicodeScalars {
                if scalar.isFoldable {
                    isSpacePending = !scalars.isEmpty
                } else if PlainText.isVisible(scalar) {
                    if isSpacePending { scalars.append(" ") }
                    isSpacePending = false
                    scalars.append(scalar)
                }
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is white space. Printable ASCII skips the Unicode tables.
    fileprivate var isFoldable: Bool {
        ("!"..."~").contains(self) ? false : properties.isWhitespace
    }
}
