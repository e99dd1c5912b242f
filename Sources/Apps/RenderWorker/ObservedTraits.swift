/// Which of its surroundings a component was seen to read, in any of its renderings so far.
///
/// What a rendering reads follows from what it has read before. So a fragment that was kept under the
/// values of all traits known then is right for every rendering that has the same values.
struct ObservedTraits: OptionSet {
    let rawValue: UInt8

    static let page = ObservedTraits(rawValue: 1)
    /// The time at which the page was edited last.
    static let clock = ObservedTraits(rawValue: 2)
    /// Ids or chance: what is rendered before it would change it.
    static let order = ObservedTraits(rawValue: 4)
    /// The headings of the page's Markdown.
    static let headings = ObservedTraits(rawValue: 8)
}
