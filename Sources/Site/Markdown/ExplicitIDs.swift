import CCMarkGFM
import HTML

/// Ids that a document sets explicitly: `id` and `name` in raw HTML, and `{#id}` after a heading.
///
/// They are collected before anything is written, so that no heading gets an id that raw HTML
/// further down uses.
enum ExplicitIDs {
    private static let longestID = 128
    /// The most ids of one document that are remembered.
    private static let limit = 10_000

    /// Returns the document's ids. Documents without any, which are most, are not walked.
    static func find(in root: OpaquePointer, source: UnsafeBufferPointer<UInt8>) -> Set<String> {
        let text = UnsafeRawBufferPointer(source)
        guard ParsedDocument.contains("{#", text) || ParsedDocument.contains("<", text) else {
            return []
        }
        var found: Set<String> = []
        var node = root
        while found.count < limit {
            switch cmark_node_get_type(node) {
            case CMARK_NODE_HTML_BLOCK, CMARK_NODE_HTML_INLINE:
                collect(DocumentWriter.bytes(cmark_node_get_literal(node)), into: &found)
            case CMARK_NODE_HEADING:
                if let id = ofHeading(node)?.id { found.insert(id) }
            default: break
            }
            if let child = cmark_node_first_child(node) {
                node = child
                continue
            }
            while node != root, cmark_node_next(node) == nil {
                guard let parent = cmark_node_parent(node) else { return found }
                node = parent
            }
            guard node != root, let next = cmark_node_next(node) else { return found }
            node = next
        }
        return found
    }

    /// Returns the id at the end of a heading's text: `## Options {#opts}`.
    ///
    /// - Returns: the id, the text node that ends with it, and how many bytes of that node are the
    ///   heading's own text.
    static func ofHeading(
        _ heading: OpaquePointer
    ) -> (id: String, node: OpaquePointer, textLength: Int)? {
        guard let last = cmark_node_last_child(heading),
            cmark_node_get_type(last) == CMARK_NODE_TEXT
        else { return nil }
        let text = DocumentWriter.bytes(cmark_node_get_literal(last))
        guard text.last == UInt8(ascii: "}"),
            let brace = text.lastIndex(of: UInt8(ascii: "{")),
            text.count - brace > 3, text[brace + 1] == UInt8(ascii: "#"),
            let id = valid(text[(brace + 2)..<(text.count - 1)])
        else { return nil }
        var end = brace
        while end > 0, text[end - 1] == UInt8(ascii: " ") { end -= 1 }
        return (id, last, end)
    }

    /// Returns the bytes as an id if a document may set it: it has no space and no character with a
    /// meaning in HTML, and the page and its footnotes do not use it.
    static func valid(_ bytes: some Collection<UInt8>) -> String? {
        guard (1...longestID).contains(bytes.count) else { return nil }
        let isPlain = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: ":"), 0x80...:
                true
            default: false
            }
        }
        let id = String(decoding: bytes, as: UTF8.self)
        guard isPlain, !HeadingIDs.reserved.contains(id), !isOfFootnote(id),
            !id.unicodeScalars.contains(where: isInvisible)
        else { return nil }
        return id
    }

    private static func isOfFootnote(_ id: String) -> Bool {
        id.utf8.starts(with: "fn:".utf8) || id.utf8.starts(with: "fnref:".utf8)
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x80 else { return false }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control, .format, .surrogate, .unassigned: return true
        default: return properties.isWhitespace || scalar == "\u{FFFD}"
        }
    }

    private static func collect(_ raw: UnsafeBufferPointer<UInt8>, into found: inout Set<String>) {
        var reader = HTMLReader(raw)
        while let token = reader.next() {
            guard case .startTag(let name) = token else { continue }
            for attribute in [reader.attribute("id"), reader.anchorName(of: name)] {
                guard let range = attribute, let id = valid(reader.bytes[range]) else { continue }
                found.insert(id)
            }
        }
    }
}
