/// Names for parts of a document that only screen readers announce, in the language of the
/// document.
///
/// Languages without names here get the English ones.
enum PartNames: Hashable, Sendable {
    case english, german

    /// - Parameter tag: a language tag, such as `de-CH`.
    init(language tag: String) {
        let language = tag.utf8.prefix { $0 != UInt8(ascii: "-") }
        let isGerman = language.count == 2 && language.map { $0 | 0x20 } == Array("de".utf8)
        self = isGerman ? .german : .english
    }

    /// Code and tables can be wider than the page and then scroll. Scrolling must work with the
    /// keyboard, so they can take the focus, which requires a role and a name.
    var codeBlockAttributes: StaticString {
        switch self {
        case .english: #" tabindex="0" role="group" aria-label="Code""#
        case .german: #" tabindex="0" role="group" aria-label="Programmcode""#
        }
    }

    /// The start of the frame around a table, closed by a `</div>`. Screen readers still see a
    /// table.
    var tableFrame: StaticString {
        switch self {
        case .english: #"<div class="table-scroll" tabindex="0" role="group" aria-label="Table">"#
        case .german: #"<div class="table-scroll" tabindex="0" role="group" aria-label="Tabelle">"#
        }
    }

    /// The name of a task's checkbox when the task's text does not label it.
    func checkbox(isChecked: Bool) -> StaticString {
        switch self {
        case .english: isChecked ? #" aria-label="Done""# : #" aria-label="To do""#
        case .german: isChecked ? #" aria-label="Erledigt""# : #" aria-label="Offen""#
        }
    }
}
