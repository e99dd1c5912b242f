import Core
public import FoundationEssentials

extension Page {
    /// The page as recorded with a release: the parts that other pages, the menu and the sitemap show.
    ///
    /// The JSON is built by hand for speed: a first release has one outline for each page.
    public var outline: String {
        let label = menuLabel.map(JSONValue.quote) ?? "null"
        return #"{"key":\#(JSONValue.quote(key)),"app":\#(JSONValue.quote(app)),"#
            + #""name":\#(JSONValue.quote(name)),"route":\#(JSONValue.quote(route)),"#
            + #""layout":\#(JSONValue.quote(layout)),"title":\#(JSONValue.quote(metaTitle)),"#
            + #""description":\#(JSONValue.quote(metaDescription)),"#
            + #""updatedAt":\#(updatedAtMilliseconds),"menu":\#(label),"menuOrder":\#(menuOrder)"#
            + (isHiddenFromSearch ? #","noindex":true}"# : "}")
    }

    /// Reads the text that `outline` wrote; nil for any other text.
    public init?(outline text: String, id: UUID, version: Int64) {
        guard let value = try? JSONValue(parsing: text),
            let key = value["key"]?.string, let app = value["app"]?.string,
            let name = value["name"]?.string, let route = value["route"]?.string,
            let layout = value["layout"]?.string, let title = value["title"]?.string,
            let description = value["description"]?.string,
            let updatedAt = value["updatedAt"]?.number.flatMap({ Int(exactly: $0) }),
            let menuOrder = value["menuOrder"]?.number.flatMap({ Int(exactly: $0) })
        else { return nil }
        self.init(
            id: id, key: key, app: app, name: name, route: route, layout: layout,
            metaTitle: title, metaDescription: description, updatedAtMilliseconds: updatedAt,
            menuLabel: value["menu"]?.string, menuOrder: menuOrder,
            isHiddenFromSearch: value["noindex"]?.bool ?? false, version: version)
    }
}
