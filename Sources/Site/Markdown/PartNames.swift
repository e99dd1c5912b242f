/// The names of parts of a document that screen readers tell and that nothing on the page says, in the
/// language of the document.
///
/// Languages that have no names of their own here get the English ones.
enum PartNames: Hashable, Sendable {
    case english, german

    /// - Parameter tag: a language tag, such as `de-CH`.
    init(language tag: String) {
        let language = tag.utf8.prefix { $0 != UInt8(ascii: "-") }
        let isGerman = language.count == 2 && language.map { $0 | 0x20 } == Array("de".utf8)
        self = isGerman ? .german : .english
    }

    /// Code and tables can be wider than the page, and are then scrolled: that must be possible with
    /// the keyboard, so they take the focus, which asks for a role and a name.
    var codeBlockAttributes: StaticString {
        switch self {
        case .english: #" tabindex="0" role="group" aria-label="Code""#
        case .german: #" tabindex="0" role="group" aria-label="Programmcode""#
        }
    }

    /// What stands around a table, up to a `</div>`. The table itself stays one to screen readers.
    var tableFrame: StaticString {
        switch self {
        case .english: #"<div class="table-scroll" tabindex="0" role="group" aria-label="Table">"#
        case .german: #"<div class="table-scroll" tabindex="0" role="group" aria-label="Tabelle">"#
        }
    }

    /// The name of the box of a task whose text is no label of it.
    func checkbox(isChecked: Bool) -> StaticString {
        switch self {
        case .english: isChecked ? #" aria-label="Done""# : #" aria-label="To do""#
        case .german: isChecked ? #" aria-label="Erledigt""# : #" aria-label="Offen""#
        }
    }
}
