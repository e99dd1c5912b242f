import Core
public import FoundationEssentials

/// The blocks of a node that pages have without placing them.
public struct Frame: Sendable {
    /// A row with its parsed conditions.
    public struct Row: Sendable {
        public var source: FrameBlock
        /// Nil when the row has no conditions, or when they cannot be parsed.
        var rules: BlockConditions?
        /// Why the row cannot be used.
        var faults: [Diagnostic]
    }

    /// The rows of the node, in the order of blocks.
    private let rows: [Row]

    /// - Parameters:
    ///   - node: rows that name another node are left out.
    ///   - apps: every existing app, for conditions that name one; `nodes` likewise.
    init(_ blocks: [FrameBlock], of node: String, apps: Set<String>, nodes: Set<String>) {
        rows = blocks.filter { $0.node?.isUTF8Equal(to: node) ?? true }.sorted {
            $0.block.order != $1.block.order
                ? $0.block.order < $1.block.order
                : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }.map { source in
            var row = Row(source: source, faults: source.faults)
            guard !source.block.conditions.isEmpty else { return row }
            do throws(Diagnostic) {
                row.rules = try BlockConditions(
                    parsing: source.block.conditions, apps: apps, nodes: nodes,
                    location: .init(frame: source.key))
            } catch {
                row.faults.append(error)
            }
            return row
        }
    }

    /// Returns the rows for pages of an app with a layout, in the order of blocks. Conditions and
    /// the page's own blocks decide which of them take part.
    public func rows(app: String, layout: String) -> [Row] {
        rows.filter {
            $0.source.app?.isUTF8Equal(to: app) ?? true
                && $0.source.layout?.isUTF8Equal(to: layout) ?? true
        }
    }

    /// The ids of the rows that have errors, so that no page can use them.
    public var unusable: Set<UUID> {
        Set(rows.lazy.filter { !$0.faults.isEmpty }.map(\.source.id))
    }

    /// A component in a zone, which a page gets from only one of several rows.
    struct Slot: Hashable {
        var component: String
        var zone: String
    }
}

extension Frame {
    /// A row for pages of one app with one layout, and the rows that it replaces.
    public struct Choice: Hashable, Sendable {
        public var key: String
        public var component: String?
        /// The keys of less specific rows with the same component in the same zone.
        public var instead: [String]
    }

    /// Returns the rows that pages of an app with a layout have while all conditions hold, in the
    /// order of blocks. A page that places a component itself gets none from the frame in that
    /// zone.
    public static func choices(
        among blocks: [FrameBlock], of node: String, app: String, layout: String
    ) -> [Choice] {
        // Names in conditions do not matter here.
        let rows = Frame(blocks, of: node, apps: [], nodes: []).rows(app: app, layout: layout)
            .map(\.source).filter(\.isActive)
        var best: [Slot: Int] = [:]
        func slot(_ row: FrameBlock) -> Slot? {
            row.block.componentKey.map { Slot(component: $0, zone: row.block.zone) }
        }
        for row in rows { if let slot = slot(row) { best[slot] = max(best[slot] ?? 0, row.rank) } }
        func isChosen(_ row: FrameBlock) -> Bool {
            slot(row).map { row.rank >= best[$0] ?? 0 } ?? true
        }
        return rows.filter(isChosen).map { row in
            let others = rows.filter { !isChosen($0) && slot($0) == slot(row) }
            return Choice(
                key: row.key, component: row.block.componentKey, instead: others.map(\.key))
        }
    }
}

extension Frame.Row {
    /// Nil for a row without a component, which competes with no other row.
    var slot: Frame.Slot? {
        source.block.componentKey.map { .init(component: $0, zone: source.block.zone) }
    }
}

extension Frame {
    /// Returns one warning for each row that no page of any node can have, because it names
    /// something that does not exist.
    ///
    /// - Parameter layouts: the keys of the existing layouts.
    static func strays(in content: NodeContent, layouts: Set<String>) -> [Diagnostic] {
        func warning(
            _ code: Diagnostic.Code, _ what: String, _ name: String, _ row: FrameBlock,
            _ field: String, known: Set<String>
        ) -> Diagnostic {
            Diagnostic(
                code, "there is no \(what) '\(name)', so no page has the block",
                at: .init(frame: row.key, field: field),
                hint: suggestion(for: name, among: Array(known)), severity: .warning)
        }
        let apps = content.acceptedApps
        return content.frame.flatMap { row -> [Diagnostic] in
            var warnings: [Diagnostic] = []
            if let node = row.node, !content.nodeIDs.contains(node) {
                warnings.append(
                    warning(
                        .badConditions, "node", node, row, "node_id", known: content.nodeIDs))
            }
            if let app = row.app, !(app.isComposed && apps.contains(app)) {
                warnings.append(
                    warning(.unknownApp, "app", app, row, "app_namespace", known: apps))
            }
            if let layout = row.layout, !layouts.contains(layout) {
                warnings.append(
                    warning(
                        .unknownLayout, "layout", layout, row, "layout_template", known: layouts))
            }
            return warnings
        }
    }
}
