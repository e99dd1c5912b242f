public import Core

extension Node {
    /// Returns the error of a row's id, which names a folder; nil when the id is valid.
    public static func fault(inID id: String) -> Diagnostic? {
        guard !id.isPlainName else { return nil }
        let quoted = id.replacingUTF8("'", with: "''")
        return Diagnostic(
            .badNodeID, "the id of the node cannot name a folder, so its site is not built",
            at: .init(node: id, field: "node_id"),
            hint: "an id has letters, digits, '-', '_' and '.', such as 'testpilot': UPDATE "
                + "robbieblocks_node_branding SET node_id = '…' WHERE node_id = '\(quoted)'")
    }
}
