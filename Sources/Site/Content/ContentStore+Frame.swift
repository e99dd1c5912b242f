import Core
import FoundationEssentials
import PostgreSQL
public import SiteModel

extension ContentStore {
    /// Returns the rows of `robbieblocks_frame_blocks` that may concern the node, in the order of
    /// their keys.
    public func frame(of node: Node, includesDrafts: Bool) throws -> [FrameBlock] {
        try frame(
            in: try connected().run(Self.frameQuery(of: node, includesDrafts: includesDrafts)))
    }

    /// Selects the rows for the node, and those that name a node or an app that does not exist.
    static func frameQuery(of node: Node, includesDrafts: Bool) -> Query {
        """
        SELECT frame.id, frame_key, frame.node_id, app_namespace, layout_template, component_key,
            block_order, zone, octet_length(props::text), octet_length(conditions::text),
            CASE WHEN octet_length(props::text) <= \(jsonLimit)::integer THEN props END,
            CASE WHEN octet_length(conditions::text) <= \(jsonLimit)::integer
                AND conditions <> '{}' THEN conditions END, is_active
        FROM robbieblocks_frame_blocks AS frame
        LEFT JOIN robbieblocks_components AS component ON component.id = component_id
        WHERE (is_active OR \(includesDrafts)::boolean)
            AND (frame.node_id IS NULL OR frame.node_id = \(node.id)
                OR NOT EXISTS (
                    SELECT FROM robbieblocks_node_branding AS branding
                    WHERE branding.node_id = frame.node_id))
            AND (app_namespace IS NULL OR app_namespace = ANY (\(node.apps.sorted())::text[])
                OR app_namespace <> ALL (\(NodeContent.contractApps.sorted())::text[])
                    AND NOT EXISTS (
                        SELECT FROM robbieblocks_pages AS page
                        WHERE page.app_namespace = frame.app_namespace))
        ORDER BY frame_key COLLATE "C"
        """
    }

    /// A condition on the row `component`: a row of the frame gives it to pages of the node.
    static func isInFrame(of node: Node, includesDrafts: Bool, use: ComponentUse) -> Query {
        """
        EXISTS (
            SELECT FROM robbieblocks_frame_blocks AS frame
            WHERE frame.component_id = component.id
                AND (frame.is_active OR \(includesDrafts)::boolean)
                AND (frame.node_id IS NULL OR frame.node_id = \(node.id))
                AND (frame.app_namespace IS NULL
                    OR frame.app_namespace = ANY (\(node.apps.sorted())::text[]))
                AND frame.id <> ALL (\(use.waitingFrame)::uuid[])
                AND NOT \(use.isFrameWhole)::boolean)
        """
    }

    /// Reads rows of `frameQuery`.
    func frame(in result: QueryResult) throws -> [FrameBlock] {
        let hasEncoding = try connected().hasEncoding
        return try result.map { row in
            let key: String = try row.value(1)
            var faults: [Diagnostic] = []
            for (column, field) in [(8, "props"), (9, "conditions")] {
                guard let size = try row.optional(column, as: Int.self), size > Self.jsonLimit
                else { continue }
                faults.append(
                    Diagnostic(
                        .contentTooLarge,
                        "'\(field)' has \(size) bytes; \(Self.jsonLimit) is the limit",
                        at: .init(frame: key, field: field)))
            }
            if !hasEncoding {
                let texts = [
                    (1, "frame_key"), (3, "app_namespace"), (4, "layout_template"), (7, "zone"),
                    (10, "props"), (11, "conditions"),
                ]
                for (column, field) in texts where !row.isUTF8(column) {
                    faults.append(
                        Diagnostic(
                            .badEncoding, "'\(field)' is not valid UTF-8",
                            at: .init(frame: key, field: field),
                            hint: "write the text again with client_encoding UTF8"))
                }
            }
            return FrameBlock(
                id: try row.value(0), key: key, node: try row.optional(2), app: try row.optional(3),
                layout: try row.optional(4), isActive: try row.value(12),
                block: Block(
                    componentKey: try row.optional(5), order: try row.value(6),
                    zone: try row.value(7),
                    props: try row.optional(10, as: JSONText.self)?.bytes ?? Array("{}".utf8),
                    conditions: try row.optional(11, as: JSONText.self)?.bytes ?? []),
                faults: faults)
        }
    }
}
