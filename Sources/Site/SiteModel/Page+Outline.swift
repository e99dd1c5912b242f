import Core
public import FoundationEssentials

extension Page {
    /// The page as recorded with a release: the parts that other pages, the menu and the sitemap show.
    public var outline: String {
        var json = JSONBytes(capacity: 256)
        json.object {
            $0.member("key", key)
            $0.member("app", app)
            $0.member("name", name)
            $0.member("route", route)
            $0.member("layout", layout)
            $0.member("title", metaTitle)
            $0.member("description", metaDescription)
            $0.member("updatedAt", updatedAtMilliseconds)
            $0.member("menu", menuLabel)
            $0.member("menuOrder", menuOrder)
            if isHiddenFromSearch { $0.member("noindex", true) }
        }
        return json.text
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
