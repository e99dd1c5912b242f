/// The HTML elements that an untrusted document may use.
enum Tag: String, CaseIterable {
    case a, abbr, b, blockquote, br, caption, cite, code, col, colgroup, dd, del, details, dfn
    case div, dl, dt, em, figcaption, figure, h1, h2, h3, h4, h5, h6, hr, i, img, input, ins, kbd
    case label, li, mark, ol, p, pre, q, rp, rt, ruby, s, samp, section, small, span, strong, sub
    case summary, sup, table, tbody, td, tfoot, th, thead, time, tr, u, ul, wbr
    case variable = "var"

    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    /// Finds an element by its name in lower case.
    init?(name: String) {
        guard let tag = Self.byName[name] else { return nil }
        self = tag
    }

    /// Whether the element has no contents and no end tag.
    var isVoid: Bool {
        switch self {
        case .br, .col, .hr, .img, .input, .wbr: true
        default: false
        }
    }

    /// Whether the element ends an open paragraph.
    var isBlock: Bool {
        switch self {
        case .blockquote, .dd, .details, .div, .dl, .dt, .figcaption, .figure, .h1, .h2, .h3, .h4,
            .h5, .h6, .hr, .li, .ol, .p, .pre, .section, .summary, .table, .ul:
            true
        default:
            isTablePart
        }
    }

    /// Whether the element may stand only in a table.
    var isTablePart: Bool {
        switch self {
        case .caption, .col, .colgroup, .tbody, .td, .tfoot, .th, .thead, .tr: true
        default: false
        }
    }

    /// Whether the element contains only parts of a table.
    var isTableStructure: Bool {
        switch self {
        case .table, .colgroup, .tbody, .tfoot, .thead, .tr: true
        default: false
        }
    }

    /// Whether contents of the element cannot close elements outside it.
    var isScope: Bool {
        switch self {
        case .table, .td, .th, .caption: true
        default: false
        }
    }

    /// 1 to 6 for a heading, otherwise nil.
    var headingLevel: Int? {
        switch self {
        case .h1: 1
        case .h2: 2
        case .h3: 3
        case .h4: 4
        case .h5: 5
        case .h6: 6
        default: nil
        }
    }
}
