/// Text as a reader sees it: white space folded, and nothing in it that is not seen.
package enum PlainText {
    /// What shows nothing and can still carry a message, or turn what stands beside it around: control
    /// and format characters, private ones, and those of the tag block. The joiners of scripts and
    /// emoji stay.
    package static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F, 0x200C, 0x200D: true
        // Variation selectors beyond the sixteen that emoji use can hide any bytes.
        case 0xE0100...0xE01EF: false
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .privateUse, .surrogate, .unassigned: false
            default: true
            }
        }
    }

    /// One line: white space folded into single spaces, none at either end.
    ///
    /// - Parameter limit: of characters; a longer text ends in an ellipsis.
    package static func line(_ text: String, limit: Int) -> String {
        var folded = Folded()
        folded.append(text)
        let line = folded.text
        return line.count <= limit ? line : line.prefix(limit - 1) + "…"
    }

    /// Text that grows by parts, with the white space between them folded.
    struct Folded {
        private var scalars = String.UnicodeScalarView()
        private var isSpacePending = false

        var text: String { String(scalars) }
        var isEmpty: Bool { scalars.isEmpty }

        /// Has what follows stand without a space.
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
    /// White space; the tables are not asked about letters and digits of ASCII.
    fileprivate var isFoldable: Bool {
        ("!"..."~").contains(self) ? false : properties.isWhitespace
    }
}
