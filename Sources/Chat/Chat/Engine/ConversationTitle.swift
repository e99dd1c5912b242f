/// The title of a conversation in a list: the beginning of its first question.
enum ConversationTitle {
    static let limit = 60

    /// Returns one line of at most 60 characters, cut between words where possible.
    static func title(of question: String) -> String {
        // By characters: the cut must not split one that a reader sees.
        let words = question.split { $0.isWhitespace || $0.isNewline }
            .map { word in
                String(String.UnicodeScalarView(word.unicodeScalars.filter(isShown)))
            }
            .filter { !$0.isEmpty }
        var title = ""
        for word in words {
            let longer = title.isEmpty ? word : title + " " + word
            guard longer.count <= limit else {
                if title.isEmpty { title = String(word.prefix(limit - 1)) }
                return title + "…"
            }
            title = longer
        }
        return title.isEmpty ? "…" : title
    }

    /// Whether a scalar is kept: control characters and direction marks are removed.
    private static func isShown(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            // A zero-width joiner combines several emoji into one.
            scalar.value == 0x200d
        default: true
        }
    }
}
