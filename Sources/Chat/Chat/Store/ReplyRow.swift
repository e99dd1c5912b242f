/// A row of `ai_replies`: a text that the site uses when no model answers.
struct ReplyRow: Hashable, Sendable {
    var occasion: String
    /// The text search configuration of its language, such as "english"; nil for every language.
    var language: String?
    /// Markdown, with `{name}`, `{site}` and `{contact}`.
    var text: String
}
