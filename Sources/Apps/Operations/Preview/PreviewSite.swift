import Core
import HTTP

/// Serves the live site's files, never cached, and adds the script to every page.
struct PreviewSite: Sendable {
    private let site: StaticSite
    private let release: @Sendable () -> Int?

    /// The most bytes of a page that gets the script, above the 16 MiB that a page's HTML can have;
    /// larger files are sent unchanged.
    private static let pageLimit = 32 << 20

    /// - Parameter release: returns the live release.
    init(root: String, release: @escaping @Sendable () -> Int?) {
        site = StaticSite(root: root)
        self.release = release
    }

    func respond(to request: HTTPRequest) -> HTTPResponse {
        // Read before the file is opened: a page newer than its stated release is reloaded once
        // more, but an older one would stay.
        let release = release()
        var whole = request
        // The script is inserted into uncompressed bytes.
        whole.fields["accept-encoding"] = nil
        let isPage = Self.takesPages(request)
        if isPage { whole.fields["range"] = nil }
        var response = site.respond(to: whole)
        let tag = ScriptTag(release: release, isMissing: response.status == 404)
        if response.fields["content-type"]?.hasUTF8Prefix("text/html") == true {
            insert(tag, into: &response)
        } else if isPage, response.status == 404 || response.status == 503 {
            response = Self.placeholder(for: response, tag)
        }
        return response
    }

    /// Whether the request is a browser's for a page to show.
    private static func takesPages(_ request: HTTPRequest) -> Bool {
        request.fields["accept"]?.containsUTF8("text/html") == true
    }

    private func insert(_ tag: ScriptTag, into response: inout HTTPResponse) {
        guard response.status != 206, case .file(let file, let range) = response.body,
            range.count <= Self.pageLimit, let page = file.bytes(in: range)
        else { return }
        response.fields["accept-ranges"] = nil
        response.body = .bytes(tag.insert(into: page))
    }

    /// Returns a page that waits until the site has one.
    private static func placeholder(for answer: HTTPResponse, _ tag: ScriptTag) -> HTTPResponse {
        let (title, text) =
            answer.status == 404
            ? ("Page not found", "It appears here as soon as it is published.")
            : ("Nothing is published yet", "The page appears here as soon as it is.")
        let page = """
            <!DOCTYPE html>
            <html lang="en"><head>\(tag.html)<meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <link rel="stylesheet" href="\(ScriptTag.folder)placeholder.css">
            </head><body><main><h1>\(title)</h1><p>\(text)</p></main></body></html>

            """
        return HTTPResponse(
            answer.status, fields: ["content-type": "text/html; charset=utf-8"],
            body: .bytes(Array(page.utf8)))
    }
}
