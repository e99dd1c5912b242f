import CLibXML2

/// A table that is being read: each cell is told with the head of its column, so that a row says what it
/// says when it stands alone.
struct OpenTable {
    let node: xmlNodePtr
    /// The row that names the columns, which is not read as one of the others.
    private(set) var heads: xmlNodePtr?
    private var names: [String] = []
    private var column = 0

    init(_ table: Element) {
        node = table.node
        var rows: [xmlNodePtr] = []
        table.walk { step in
            guard case .enter(let element) = step else { return true }
            if element.name == "tr" { rows.append(element.node) }
            return element.node == table.node || ["thead", "tbody", "tfoot"].contains(element.name)
        }
        // A table of one row has no columns to name.
        guard rows.count > 1, let first = rows.first else { return }
        let cells = Self.cells(of: first)
        guard cells.count > 1, cells.allSatisfy({ $0.name == "th" }) else { return }
        heads = first
        for cell in cells {
            names.append(PageWalk.visibleText(of: cell))
            // A name above several columns is that of each.
            for _ in 1..<Self.span(of: cell) { names.append(names.last ?? "") }
        }
    }

    private static func cells(of row: xmlNodePtr) -> [Element] {
        var cells: [Element] = []
        var child = row.pointee.children
        while let node = child {
            if node.pointee.type == XML_ELEMENT_NODE { cells.append(Element(node)) }
            child = node.pointee.next
        }
        return cells.filter { ["td", "th"].contains($0.name) }
    }

    private static func span(of cell: Element) -> Int {
        min(max(Int(cell["colspan"] ?? "") ?? 1, 1), 50)
    }

    /// What stands before a cell: what parts it from the one before, and the name of its column; the
    /// first cell of a row needs none.
    mutating func separator(before cell: Element) -> (separator: String, head: String?) {
        let isFirst = Self.cells(of: cell.node.pointee.parent ?? cell.node).first?.node == cell.node
        if isFirst { column = 0 }
        defer { column += Self.span(of: cell) }
        guard heads != nil else { return (" | ", nil) }
        let name = names.indices.contains(column) ? names[column] : ""
        if isFirst { return (" ", nil) }
        return (column == 1 ? " – " : "; ", name.isEmpty ? nil : name)
    }
}
