import Markdown

/// The HTML of a document, as a string.
func html(
    _ source: String, trusted: Bool = false
) throws(MarkdownError) -> String {
    String(decoding: try render(source, trusted: trusted).html, as: UTF8.self)
}

func render(
    _ source: String, trusted: Bool = false, limits: MarkdownRenderer.Limits = .init()
) throws(MarkdownError) -> RenderedMarkdown {
    try MarkdownRenderer(limits: limits).render(Array(source.utf8), trusted: trusted)
}
