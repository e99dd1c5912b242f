/// Text as a key of sets and dictionaries, equal to other text of the same bytes alone.
///
/// Two `String`s that Unicode calls equivalent are one key; to a web server and a browser they are two.
package struct ExactText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.isUTF8Equal(to: right.text)
    }

    package func hash(into hasher: inout Hasher) {
        // Texts of the same bytes are equal as strings, too.
        hasher.combine(text)
    }
}
