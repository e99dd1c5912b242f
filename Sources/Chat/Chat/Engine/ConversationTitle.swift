/// What a conversation is called in a list: the beginning of its first question.
enum ConversationTitle {
    static let limit = 60

    /// One line, at most 60 characters, cut between words where there are any.
    static func title(of question: String) -> String {
        // By characters: a title is cut where a person would.
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

    /// Controls, and what turns the direction of text around, have no place in a list.
    private static func isShown(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            // A joiner makes one picture of several.
            scalar.value == 0x200d
        default: true
        }
    }
}
