/// The parts of its environment that a component was seen to read, in any of its renderings so far.
///
/// What a rendering reads depends only on what it has read before. So a fragment cached under the
/// values of all known traits is valid for every rendering with the same values.
struct ObservedTraits: OptionSet {
    let rawValue: UInt8

    static let page = ObservedTraits(rawValue: 1)
    /// The time of the page's last edit.
    static let clock = ObservedTraits(rawValue: 2)
    /// Ids or random numbers, which change with whatever is rendered before.
    static let order = ObservedTraits(rawValue: 4)
    /// The headings of the page's Markdown.
    static let headings = ObservedTraits(rawValue: 8)
}
