/// Numbers footnotes and the places that refer to them.
///
/// cmark orders the definitions by their first reference and puts them at the end of the document.
/// The ids hold a colon, so that no heading can have the same one.
struct FootnoteState {
    private(set) var defined = 0
    private var references: [Int: Int] = [:]

    var isEmpty: Bool { defined == 0 }

    mutating func nextDefinition() -> Int {
        defined += 1
        return defined
    }

    /// How often footnote `number` has been referred to, this time included.
    mutating func refer(to number: Int) -> Int {
        references[number, default: 0] += 1
        return references[number, default: 1]
    }
}
