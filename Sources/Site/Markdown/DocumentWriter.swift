import CCMarkGFM
import Glibc

/// Writes the HTML of a parsed document in one walk over its tree.
struct DocumentWriter: ~Copyable {
    enum Purpose {
        /// Raw HTML and all URLs pass unchanged.
        case trusted
        /// Stops at the first piece of raw HTML.
        case untrusted
        /// Raw HTML passes, to be rebuilt afterwards; the rebuilder also checks and lists links.
        case rebuilding
    }

    /// A line of the output and the line of the source that it came from.
    struct LinePair {
        var output: Int
        var source: Int
    }

    let purpose: Purpose
    let names: PartNames
    let types = markdown_get_extension_types()
    var html: HTMLBuffer
    var links: [Link] = []
    var headings: [Heading] = []
    var omissions = Omissions()
    /// Filled only when rebuilding.
    var lineMap: [LinePair] = []

    var ids: HeadingIDs
    /// The text node that ends with a heading's explicit id, and how many of its bytes are text.
    var cutText: (node: OpaquePointer, length: Int)?
    /// The number of open containers and inline elements.
    var depth = 0
    let depthLimit: Int
    /// The source line of the text being written.
    var line = 1
    /// The link whose `<a>` is open; links are not nested.
    var openLink: OpaquePointer?
    var table = TableState()
    var footnotes = FootnoteState()
    /// How many parts of code may still get a class.
    var codeParts = CodeHighlighter.elementLimit
    private var countedOutput = 0
    private var outputLine = 1

    init(
        purpose: Purpose, names: PartNames, sourceBytes: Int, explicitIDs: Set<String>,
        limits: MarkdownRenderer.Limits
    ) {
        self.purpose = purpose
        self.names = names
        ids = HeadingIDs(explicit: explicitIDs)
        depthLimit = limits.nesting
        html = HTMLBuffer(
            expecting: sourceBytes + sourceBytes / 2 + 256, limit: limits.outputBytes)
    }

    /// Writes the document, or returns false at raw HTML that must be rebuilt.
    mutating func write(_ root: OpaquePointer) throws(MarkdownError) -> Bool {
        footnotes = FootnoteState(root)
        var node = root
        while true {
            let step = enter(node)
            if step == .stop { return false }
            if html.isFull {
                throw MarkdownError(code: .outputTooLarge, limit: html.limit, line: line)
            }
            if depth > depthLimit {
                throw MarkdownError(code: .nestingTooDeep, limit: depthLimit, line: line)
            }
            if step == .descend {
                if let child = cmark_node_first_child(node) {
                    node = child
                    continue
                }
                leave(node)
            }
            while node != root {
                if let next = cmark_node_next(node) {
                    node = next
                    break
                }
                guard let parent = cmark_node_parent(node) else { break }
                node = parent
                leave(node)
            }
            if node == root { break }
        }
        if html.isFull { throw MarkdownError(code: .outputTooLarge, limit: html.limit) }
        return true
    }

    consuming func finish() -> RenderedMarkdown {
        RenderedMarkdown(
            html: html.array, links: links, headings: headings, omissions: omissions.list)
    }

    enum Step {
        /// The node has children to write, and an end.
        case descend
        /// The node is written.
        case done
        /// Raw HTML that may not be passed on.
        case stop
    }

    private mutating func enter(_ node: OpaquePointer) -> Step {
        let type = cmark_node_get_type(node)
        if type.rawValue & UInt32(CMARK_NODE_TYPE_MASK) == UInt32(CMARK_NODE_TYPE_INLINE) {
            return enterInline(node, type)
        }
        let start = Int(cmark_node_get_start_line(node))
        if start > 0 { line = start }
        return enterBlock(node, type)
    }

    private mutating func leave(_ node: OpaquePointer) {
        let type = cmark_node_get_type(node)
        if type.rawValue & UInt32(CMARK_NODE_TYPE_MASK) == UInt32(CMARK_NODE_TYPE_INLINE) {
            leaveInline(node, type)
        } else {
            leaveBlock(node, type)
        }
    }

    /// Records that the following output comes from the current line.
    mutating func mapLine() {
        guard purpose == .rebuilding else { return }
        let bytes = html.bytes
        while countedOutput < bytes.count {
            if bytes[countedOutput] == UInt8(ascii: "\n") { outputLine += 1 }
            countedOutput += 1
        }
        lineMap.append(LinePair(output: outputLine, source: line))
    }

    /// Lends the bytes of a C string that cmark owns.
    static func bytes(_ text: UnsafePointer<CChar>?) -> UnsafeBufferPointer<UInt8> {
        guard let text else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
            count: strlen(text))
    }
}
