import CCMarkGFM
import Glibc
import Synchronization

/// The tree of a parsed document, which lives in cmark's arena until this value ends.
///
/// Created only inside `exclusively`: the arena and cmark's own tables are shared.
struct ParsedDocument: ~Copyable {
    /// The most bytes that the parser may allocate: enough for text that is half markup, too little
    /// for a table that multiplies its cells.
    static func memoryBudget(sourceBytes: Int) -> Int { (8 << 20) + 128 * sourceBytes }

    private static let parser = Mutex(())

    let root: OpaquePointer

    /// Runs `body` while no other document is being parsed.
    static func exclusively<T: Sendable>(
        _ body: () throws(MarkdownError) -> T
    ) -> Result<T, MarkdownError> {
        parser.withLock { _ in
            do throws(MarkdownError) {
                return .success(try body())
            } catch {
                return .failure(error)
            }
        }
    }

    init(_ source: UnsafeBufferPointer<UInt8>) throws(MarkdownError) {
        let budget = Self.memoryBudget(sourceBytes: source.count)
        var line: CInt = 0
        let utf8 = Self.isUTF8(source)
        let root = source.withMemoryRebound(to: CChar.self) { source in
            var options = utf8 ? 0 : CMARK_OPT_VALIDATE_UTF8
            if Self.contains("[^", UnsafeRawBufferPointer(source)) {
                options |= CMARK_OPT_FOOTNOTES
            }
            return markdown_parse(
                source.baseAddress, source.count, options, Self.extensions(for: source), budget,
                &line)
        }
        guard let root else {
            markdown_arena_reset()
            throw MarkdownError(code: .tooComplex, limit: budget, line: line > 0 ? Int(line) : nil)
        }
        self.root = root
    }

    deinit { markdown_arena_reset() }

    private static func isUTF8(_ source: UnsafeBufferPointer<UInt8>) -> Bool {
        (try? UTF8Span(validating: source.span)) != nil
    }

    /// Returns the extensions that the text may use. Tables and autolinks cost time on every line,
    /// footnotes a walk over the tree; a document without their characters needs none of them.
    private static func extensions(for text: UnsafeBufferPointer<CChar>) -> CInt {
        let source = UnsafeRawBufferPointer(text)
        var wanted = MARKDOWN_STRIKETHROUGH | MARKDOWN_TASKS
        if contains("|", source) || contains(":-", source) || contains("-:", source) {
            wanted |= MARKDOWN_TABLES
        }
        if contains("@", source) || contains("://", source) || contains("www.", source) {
            wanted |= MARKDOWN_AUTOLINKS
        }
        return CInt(wanted)
    }

    static func contains(_ text: StaticString, _ source: UnsafeRawBufferPointer) -> Bool {
        guard var start = source.baseAddress else { return false }
        let end = start + source.count
        let length = text.utf8CodeUnitCount
        while let found = memchr(start, CInt(text.utf8Start[0]), end - start) {
            let candidate = UnsafeRawPointer(found)
            guard end - candidate >= length else { return false }
            if memcmp(candidate, text.utf8Start, length) == 0 { return true }
            start = candidate + 1
        }
        return false
    }
}
