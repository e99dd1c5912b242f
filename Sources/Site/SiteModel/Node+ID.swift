public import Core

extension Node {
    /// What is wrong with the id of a row, which is to be the name of a folder; nil when it can be one.
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
