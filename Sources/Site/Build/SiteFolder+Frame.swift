public import Publishing
public import SiteModel

extension SiteFolder {
    /// Returns the rows of the frame of the newest release that apply to a node's pages of an app
    /// with a layout.
    public func frame(of node: String, app: String, layout: String) throws -> [Frame.Choice] {
        let rows = try state().branding.flatMap(NodeBranding.init)?.frame ?? []
        return Frame.choices(among: rows, of: node, app: app, layout: layout)
    }
}
