import Core
import SiteModel

/// Finds the page that the user means: by its route, with or without slashes, or by its key.
struct PageSearch {
    /// File → key.
    let pages: [String: String]

    /// The most pages suggested.
    private static let limit = 3

    /// Returns the route of a page, from its file below the site's root.
    static func route(ofFile file: String) -> String {
        if file == Site.notFoundFile { return "/404/" }
        return "/" + String(file.droppingUTF8Suffix("index.html") ?? file[...])
    }

    /// Returns the file of the page at this route.
    static func file(of route: Route) -> String {
        route.text == "/404/" ? Site.notFoundFile : route.file
    }

    /// Returns the request as a route: the path of a URL, with a slash at both ends.
    ///
    /// - Returns: nil when it cannot be a route.
    static func route(asked text: String) -> Route? {
        var path = text[...]
        if let scheme = path.firstUTF8Range(of: "://") {
            path = path[scheme.upperBound...]
            path = path.firstUTF8Index(of: "/").map { path[$0...] } ?? "/"
        }
        path = path[..<(path.utf8.firstIndex { $0 == 0x3F || $0 == 0x23 } ?? path.endIndex)]
        if path.hasUTF8Suffix("index.html") {
            path = path.droppingUTF8Suffix("index.html") ?? path
        }
        let name = path.trimmingUTF8("/ ")
        return try? Route(name.isEmpty ? "/" : "/\(name)/", page: "")
    }

    /// - Returns: the page's file; nil when the release has no such page.
    func file(for text: String) -> String? {
        if let route = Self.route(asked: text) {
            let file = Self.file(of: route)
            if pages[file] != nil { return file }
        }
        return pages.first { $0.value == text }?.key
    }

    /// Returns routes similar to the request, the likeliest first.
    func near(_ text: String) -> [String] {
        var found: [String] = []
        func add(_ route: String) { if !found.contains(route) { found.append(route) } }
        let routes = pages.keys.map(Self.route(ofFile:)).sorted()
        let asked = Self.route(asked: text)?.text ?? text
        NearMissIndex(routes).nearest(to: asked).map(add)
        let word = String(text.trimmingUTF8("/ "))
        if let key = NearMissIndex(pages.values).nearest(to: word),
            let file = pages.first(where: { $0.value == key })?.key
        {
            add(Self.route(ofFile: file))
        }
        // The request may be a part of a route, or nearly one.
        if word.utf8.count >= 3 {
            for route in routes where route.containsUTF8(word) { add(route) }
            for route in routes where nearMiss(for: word, among: Self.segments(of: route)) != nil {
                add(route)
            }
        }
        return Array(found.prefix(Self.limit))
    }

    private static func segments(of route: String) -> [String] {
        route.splitUTF8(separator: "/").map(String.init)
    }

    /// Returns a hint such as `did you mean '/about/' or '/company/about/'?`.
    func hint(for text: String) -> String? {
        let near = near(text).map { "'\($0)'" }
        guard let last = near.last else { return nil }
        let others = near.dropLast().joined(separator: ", ")
        return "did you mean \(others.isEmpty ? "" : "\(others) or ")\(last)?"
    }
}
