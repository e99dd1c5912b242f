/// Decides where an element may stand. The rules are HTML's own, as far as a browser would
/// otherwise build a different tree from the output.
extension FragmentRebuilder {
    /// Closes the elements that the start of `tag` ends, and returns whether the tag may stand
    /// here.
    mutating func makeRoom(for tag: Tag) -> Bool {
        if tag.isTablePart { return makeTableRoom(for: tag) }
        if let top = open.last, top.isTableStructure { return false }
        if tag.isBlock { close(nearest: [.p], within: { $0.isScope }) }
        switch tag {
        case .li:
            close(nearest: [.li], within: { $0.isBlock && $0 != .div && $0 != .p })
        case .dt, .dd:
            close(nearest: [.dt, .dd], within: { $0.isBlock && $0 != .div && $0 != .p })
        case .a:
            close(nearest: [.a], within: { $0.isScope })
            return !open.contains(.a)
        default:
            if tag.headingLevel != nil {
                close(nearest: [.h1, .h2, .h3, .h4, .h5, .h6], within: { $0.isScope })
                return !isInHeading
            }
        }
        return true
    }

    /// Closes the nearest open `tag` and everything in it; an end tag without an open element is
    /// ignored.
    mutating func endTag(_ tag: Tag) {
        if tag.headingLevel != nil {
            close(nearest: [.h1, .h2, .h3, .h4, .h5, .h6], within: { $0.isScope })
        } else if tag.isTablePart {
            close(nearest: [tag], within: { $0 == .table })
        } else if tag == .table {
            close(nearest: [tag], within: { _ in false })
        } else {
            close(nearest: [tag], within: { $0.isScope })
        }
    }

    /// Closes the innermost of `tags`, unless an element that bounds the search comes first.
    private mutating func close(nearest tags: [Tag], within isBound: (Tag) -> Bool) {
        for index in open.indices.reversed() {
            if tags.contains(open[index]) {
                close(downTo: index)
                return
            }
            if isBound(open[index]) { return }
        }
    }

    private mutating func makeTableRoom(for tag: Tag) -> Bool {
        guard let table = open.lastIndex(of: .table) else { return false }
        // All parts except these belong directly to the table.
        var parents: [Tag] = [.table]
        switch tag {
        case .tr: parents = [.table, .thead, .tbody, .tfoot]
        case .td, .th: parents = [.tr]
        case .col: parents = [.colgroup]
        default: break
        }
        if let parent = open[table...].lastIndex(where: { parents.contains($0) }) {
            close(downTo: parent + 1)
            return true
        }
        guard tag == .td || tag == .th, makeTableRoom(for: .tr) else { return false }
        html.append("<tr>")
        open.append(.tr)
        return true
    }
}
