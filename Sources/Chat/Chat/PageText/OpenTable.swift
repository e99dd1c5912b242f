import HTMLTree

/// A table that is being read. Each cell is preceded by the header of its column, so that a row can
/// be understood alone.
struct OpenTable {
    let element: HTMLElement
    /// The header row, which is not read like the other rows.
    private(set) var heads: HTMLElement?
    private var names: [String] = []
    /// The last cell read, and its column.
    private var last: HTMLElement?
    private var column = 0

    /// - Parameter nameLimit: maximum characters of a column header, which precedes each cell.
    init(_ table: HTMLElement, nameLimit: Int) {
        element = table
        var rows: [HTMLElement] = []
        table.walk { step in
            guard case .enter(let element) = step else { return true }
            if element.name == "tr" { rows.append(element) }
            return element == table || ["thead", "tbody", "tfoot"].contains(element.name)
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

    private static func cells(of row: HTMLElement) -> [HTMLElement] {
        row.children.filter(isCell)
    }

    private static func span(of cell: HTMLElement) -> Int {
        min(max(Int(cell["colspan"] ?? "") ?? 1, 1), 50)
    }

    /// Returns the separator from the previous cell, and the column header.
    mutating func separator(before cell: HTMLElement) -> (separator: String, head: String?) {
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
    private mutating func moveOn(to cell: HTMLElement) {
        var passed: HTMLElement?
        if let last, last.parent == cell.parent {
            passed = last
        } else {
            passed = cell.parent?.children.first
            column = 0
        }
        while let element = passed, element != cell {
            if Self.isCell(element) { column += Self.span(of: element) }
            passed = element.nextSibling
        }
        last = cell
    }

    private static func isCell(_ element: HTMLElement) -> Bool {
        ["td", "th"].contains(element.name)
    }
}
