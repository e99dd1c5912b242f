/// A row of `ai_replies`: what a site says itself when no model speaks.
public struct ReplyRow: Hashable, Sendable {
    public var occasion: String
    /// The text search configuration of its language, such as "english"; nil for every language.
    public var language: String?
    /// Markdown, with `{name}`, `{site}` and `{contact}`.
    public var text: String
}
