import CLibXML2

/// A table that is being read. Each cell is preceded by the header of its column, so that a row can
/// be understood alone.
struct OpenTable {
    let node: xmlNodePtr
    /// The header row, which is not read like the other rows.
    private(set) var heads: xmlNodePtr?
    private var names: [String] = []
    /// The last cell read, and its column.
    private var last: xmlNodePtr?
    private var column = 0

    /// - Parameter nameLimit: maximum characters of a column header, which precedes each cell.
    init(_ table: Element, nameLimit: Int) {
        node = table.node
        var rows: [xmlNodePtr] = []
        table.walk { step in
            guard case .enter(let element) = step else { return true }
            if element.name == "tr" { rows.append(element.node) }
            return element.node == table.node || ["thead", "tbody", "tfoot"].contains(element.name)
        }
        // The only row of a table cannot be a header.
        guard rows.count > 1, let first = rows.first else { return }
        let cells = Self.cells(of: first)
        guard cells.count > 1, cells.allSatisfy({ $0.name == "th" }) else { return }
        heads = first
        for cell in cells {
            names.append(PlainText.line(PageWalk.visibleText(of: cell), limit: nameLimit))
            // A header that spans several columns applies to each.
            for _ in 1..<Self.span(of: cell) { names.append(names.last ?? "") }
        }
    }

    private static func cells(of row: xmlNodePtr) -> [Element] {
        var cells: [Element] = []
        var child = row.pointee.children
        while let node = child {
            if let cell = cell(node) { cells.append(cell) }
            child = node.pointee.next
        }
        return cells
    }

    private static func span(of cell: Element) -> Int {
        min(max(Int(cell["colspan"] ?? "") ?? 1, 1), 50)
    }

    /// Returns the separator from the previous cell, and the column header.
    mutating func separator(before cell: Element) -> (separator: String, head: String?) {
        moveOn(to: cell)
        guard heads != nil else { return (" | ", nil) }
        let name = names.indices.contains(column) ? names[column] : ""
        let separators = [" ", " – "]
        return (
            separators.indices.contains(column) ? separators[column] : "; ",
            name.isEmpty ? nil : name
        )
    }

    /// Advances the column from the last cell read, so that each cell of a row counts once.
    private mutating func moveOn(to cell: Element) {
        var node: xmlNodePtr?
        if let last, last.pointee.parent == cell.node.pointee.parent {
            node = last
        } else {
            node = cell.node.pointee.parent?.pointee.children
            column = 0
        }
        while let passed = node, passed != cell.node {
            if let passed = Self.cell(passed) { column += Self.span(of: passed) }
            node = passed.pointee.next
        }
        last = cell.node
    }

    private static func cell(_ node: xmlNodePtr) -> Element? {
        guard node.pointee.type == XML_ELEMENT_NODE else { return nil }
        let element = Element(node)
        return ["td", "th"].contains(element.name) ? element : nil
    }
}
