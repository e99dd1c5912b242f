public import Publishing
public import SiteModel

extension SiteFolder {
    /// The rows of the frame that the newest release was made with, as far as they are for a node's pages
    /// of an app with a layout.
    public func frame(of node: String, app: String, layout: String) throws -> [Frame.Choice] {
        let rows = try state().branding.flatMap(NodeBranding.init)?.frame ?? []
        return Frame.choices(among: rows, of: node, app: app, layout: layout)
    }
}
