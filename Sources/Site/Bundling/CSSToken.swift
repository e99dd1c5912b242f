/// A token as CSS Syntax Module Level 3 defines it, with its range in the source.
struct CSSToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case whitespace, comment
        case ident, function, atKeyword, hash
        case string, url
        /// A number, with or without `%` or a unit.
        case number
        /// A character that begins no other token.
        case delimiter(UInt8)
        case colon, semicolon, comma
        case open(UInt8)
        case close(UInt8)
        /// `<!--` or `-->`, which may surround a sheet.
        case markupComment
        /// A token that browsers drop up to its end.
        case broken(Flaw)
    }

    enum Flaw: String, Sendable {
        case comment = "a comment is never closed"
        case string = "a string is never closed"
        case stringOnLine = "a string is not closed on its line"
        case url = "url(…) is never closed"
        case unquotedURL = "the address in url(…) needs quotes around it"
        case backslash = "a backslash at the end of a line escapes nothing"
    }

    var kind: Kind
    /// The range in the sheet's bytes.
    var range: Range<Int>
}
