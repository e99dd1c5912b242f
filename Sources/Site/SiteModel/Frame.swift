import Core
public import FoundationEssentials

/// The blocks of a node that pages have without naming them.
public struct Frame: Sendable {
    /// A row with its conditions read.
    public struct Row: Sendable {
        public var source: FrameBlock
        /// Nil when the row has none, or when they cannot be read.
        var rules: BlockConditions?
        /// Why the row cannot be used.
        var faults: [Diagnostic]
    }

    /// Those of the node, in the order in which blocks stand.
    private let rows: [Row]

    /// - Parameters:
    ///   - node: rows that name another one are left out.
    ///   - apps: every app there is, for conditions that name one; `nodes` likewise.
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

    /// The rows for pages of an app with a layout, in the order in which blocks stand. Conditions and
    /// what the page has itself decide which of them take part.
    public func rows(app: String, layout: String) -> [Row] {
        rows.filter {
            $0.source.app?.isUTF8Equal(to: app) ?? true
                && $0.source.layout?.isUTF8Equal(to: layout) ?? true
        }
    }

    /// The ids of the rows that no page can have as they are.
    public var unusable: Set<UUID> {
        Set(rows.lazy.filter { !$0.faults.isEmpty }.map(\.source.id))
    }

    /// A component in a zone, which one of several rows gives a page.
    struct Slot: Hashable {
        var component: String
        var zone: String
    }
}

extension Frame {
    /// A row that pages of one app with one layout have, and rows that it stands in for.
    public struct Choice: Hashable, Sendable {
        public var key: String
        public var component: String?
        /// The keys of rows with the same component in the same zone, for more pages than this one.
        public var instead: [String]
    }

    /// Which rows pages of an app with a layout have while all conditions hold, in the order in which
    /// blocks stand. A page that places a component itself has none of the frame's in its zone.
    public static func choices(
        among blocks: [FrameBlock], of node: String, app: String, layout: String
    ) -> [Choice] {
        // Names in conditions are of no account here.
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
    /// Nil for a row without a component, which stands for itself.
    var slot: Frame.Slot? {
        source.block.componentKey.map { .init(component: $0, zone: source.block.zone) }
    }
}

extension Frame {
    /// One warning for each row that no page of any node can have, since it names what is not there.
    ///
    /// - Parameter layouts: the keys of the layouts there are.
    static func strays(in content: SiteContent, layouts: Set<String>) -> [Diagnostic] {
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
