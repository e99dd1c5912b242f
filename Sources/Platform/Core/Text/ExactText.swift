/// Text as a key of sets and dictionaries, equal only to text of the same bytes.
///
/// Two `String`s that Unicode calls equivalent are one key. To a web server and a browser they are
/// two.
package struct ExactText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.isUTF8Equal(to: right.text)
    }

    package func hash(into hasher: inout Hasher) {
        // Texts with the same bytes are also equal as strings, so their hashes are equal.
        hasher.combine(text)
    }
}
