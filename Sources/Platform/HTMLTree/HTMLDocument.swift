import CGumbo

/// The elements and texts of a page, as an HTML5 browser would build them: gumbo corrects what is
/// unclosed or misplaced.
///
/// Comments are left out, and so is what has no text of the page: scripts, styles, templates,
/// drawings and frames are empty elements. `HTMLReader` is for a stream of tags, without a tree.
package final class HTMLDocument: Sendable {
    package struct Limits: Hashable, Sendable {
        /// Maximum bytes of memory while the tree is built, about 30 for each byte of a large page.
        package var memory = 128 << 20

        package init() {}
    }

    struct Attribute {
        var name: String
        var value: Range<Int32>
    }

    struct Node {
        /// In lower case; empty for a text.
        var name: String
        /// Of a text, its bytes; of an element, its attributes.
        var content: Range<Int32>
        /// The element around it; -1 for the first.
        var parent: Int32
        /// The position after the last node within it.
        var end: Int32
    }

    /// In the order of the page: what is in an element follows it.
    let nodes: [Node]
    let attributes: [Attribute]
    /// Texts and the values of attributes.
    let text: [UInt8]
    /// Whether a limit was reached, so that the end of the page is missing.
    package let isCut: Bool

    /// The `html` element; nil when the page exceeds the limits from its beginning.
    package var root: HTMLElement? { nodes.isEmpty ? nil : HTMLElement(self, 0) }

    /// - Parameter html: UTF-8; other bytes become U+FFFD.
    package init(_ html: [UInt8], limits: Limits = Limits()) {
        let bounded = BoundedMarkup(html)
        var isCut = bounded.isCut
        var tree = TreeCopy()
        bounded.bytes.withUnsafeBytes { bytes in
            var count = bytes.count
            while true {
                let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                if let parsed = html_parse_new(start, count, limits.memory) {
                    defer { html_parse_free(parsed) }
                    if let root = html_parse_root(parsed) { tree.add(root) }
                    return
                }
                isCut = true
                guard count > 0 else { return }
                count /= 2
            }
        }
        self.isCut = isCut
        nodes = tree.nodes
        attributes = tree.attributes
        text = tree.text
    }
}
