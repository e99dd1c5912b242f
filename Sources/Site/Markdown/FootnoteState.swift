import CCMarkGFM

/// Numbers footnotes and the references to them.
///
/// cmark orders the definitions by their first reference and puts them at the end of the document.
/// The ids contain a colon, so that no heading can have the same one.
struct FootnoteState {
    private(set) var defined = 0
    private var written: [Int: Int] = [:]
    /// The number of references to each footnote.
    private var counts: [Int: Int] = [:]

    init() {}

    /// Counts the references of a document that has footnotes in advance: a later note may refer to
    /// an earlier one whose back-references are already written.
    init(_ root: OpaquePointer) {
        guard let last = cmark_node_last_child(root),
            cmark_node_get_type(last) == CMARK_NODE_FOOTNOTE_DEFINITION
        else { return }
        var node = root
        while true {
            let type = cmark_node_get_type(node)
            if type == CMARK_NODE_FOOTNOTE_REFERENCE, let number = Self.number(of: node) {
                counts[number, default: 0] += 1
            }
            // A reference inside a link or an image is not a link of its own.
            let isEntered = type != CMARK_NODE_LINK && type != CMARK_NODE_IMAGE
            if isEntered, let child = cmark_node_first_child(node) {
                node = child
                continue
            }
            while node != root, cmark_node_next(node) == nil {
                guard let parent = cmark_node_parent(node) else { return }
                node = parent
            }
            guard node != root, let next = cmark_node_next(node) else { return }
            node = next
        }
    }

    var isEmpty: Bool { defined == 0 }

    mutating func nextDefinition() -> Int {
        defined += 1
        return defined
    }

    /// Counts a reference to footnote `number` and returns how many there are so far.
    mutating func refer(to number: Int) -> Int {
        written[number, default: 0] += 1
        return written[number, default: 1]
    }

    /// Returns the number of references to footnote `number`.
    func references(to number: Int) -> Int { counts[number, default: 0] }

    static func number(of reference: OpaquePointer) -> Int? {
        Int(
            String(
                decoding: DocumentWriter.bytes(cmark_node_get_literal(reference)), as: UTF8.self))
    }
}
