import CGumbo
import Glibc

/// Copies gumbo's tree, whose memory ends with its parse.
///
/// Iterates instead of recursing, because a page may nest elements deeply.
struct TreeCopy {
    private(set) var nodes: [HTMLDocument.Node] = []
    private(set) var attributes: [HTMLDocument.Attribute] = []
    private(set) var text: [UInt8] = []

    /// An element whose children are being copied.
    private struct Open {
        var children: GumboVector
        var next = 0
        var index: Int32
    }

    mutating func add(_ root: UnsafePointer<GumboNode>) {
        var open: [Open] = []
        if let first = enter(root, parent: -1) { open.append(first) }
        while let last = open.indices.last {
            let current = open[last]
            guard current.next < current.children.length,
                let child = current.children.data[current.next]
            else {
                nodes[Int(current.index)].end = Int32(nodes.count)
                open.removeLast()
                continue
            }
            open[last].next += 1
            let node = UnsafePointer(child.assumingMemoryBound(to: GumboNode.self))
            if let next = enter(node, parent: current.index) { open.append(next) }
        }
    }

    /// Copies one node; returns an element, whose children follow.
    private mutating func enter(_ node: UnsafePointer<GumboNode>, parent: Int32) -> Open? {
        switch node.pointee.type {
        case GUMBO_NODE_ELEMENT, GUMBO_NODE_TEMPLATE:
            let element = node.pointee.v.element
            let index = Int32(nodes.count)
            nodes.append(
                HTMLDocument.Node(
                    name: Self.name(of: element), content: add(element.attributes),
                    parent: parent, end: index + 1))
            return Open(children: element.children, index: index)
        case GUMBO_NODE_TEXT, GUMBO_NODE_WHITESPACE, GUMBO_NODE_CDATA:
            let content = add(node.pointee.v.text.text)
            nodes.append(
                HTMLDocument.Node(
                    name: "", content: content, parent: parent, end: Int32(nodes.count + 1)))
            return nil
        default:
            return nil
        }
    }

    private mutating func add(_ list: GumboVector) -> Range<Int32> {
        let start = Int32(attributes.count)
        for index in 0..<Int(list.length) {
            guard let item = list.data[index] else { continue }
            let attribute = item.assumingMemoryBound(to: GumboAttribute.self).pointee
            attributes.append(
                HTMLDocument.Attribute(
                    name: attribute.name.map { String(cString: $0) } ?? "",
                    value: add(attribute.value)))
        }
        return start..<Int32(attributes.count)
    }

    private mutating func add(_ string: UnsafePointer<CChar>?) -> Range<Int32> {
        let start = Int32(text.count)
        if let string {
            text.append(contentsOf: UnsafeRawBufferPointer(start: string, count: strlen(string)))
        }
        return start..<Int32(text.count)
    }

    private static func name(of element: GumboElement) -> String {
        guard element.tag == GUMBO_TAG_UNKNOWN else {
            return String(cString: gumbo_normalized_tagname(element.tag))
        }
        // gumbo keeps no name of an element that it does not know, such as `rb-island`.
        var source = element.original_tag
        gumbo_tag_from_original_text(&source)
        guard let start = source.data, source.length > 0 else { return "unknown" }
        let name = UnsafeRawBufferPointer(start: start, count: source.length)
        return String(decoding: name, as: UTF8.self).lowercased()
    }
}
