/// Serves a folder of published files, as a production server would.
///
/// The folder may be a symlink that can be swapped at any time: each request resolves it once and
/// opens everything relative to the result, so that a response never mixes two releases. Inside the
/// folder no symlink is followed, and no name that starts with a dot is served.
///
/// ```swift
/// let site = StaticSite(root: "site-output/testpilot/current", fields: securityFields)
/// site.respond(to: HTTPRequest(.get, "/pricing/")).status  // 200
/// ```
public struct StaticSite: Sendable {
    private let root: String
    private let fields: HTTPFields

    /// - Parameters:
    ///   - root: the folder, or the symlink to it.
    ///   - fields: fields of every response, such as the security headers of the deployment.
    public init(root: String, fields: HTTPFields = [:]) {
        self.root = root
        self.fields = fields
    }

    public func respond(to request: HTTPRequest) -> HTTPResponse {
        var response = answer(request)
        response.fields.merge(fields)
        return response
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard request.method == .get || request.method == .head else {
            return .text(405, "Only GET and HEAD are served here.", fields: ["allow": "GET, HEAD"])
        }
        guard let directory = ReleaseDirectory(root) else {
            return .text(503, "Nothing is published here yet.", fields: ["retry-after": "5"])
        }
        guard let path = ServedPath(request.path), path != Self.missingPage else {
            return notFound(in: directory, request)
        }
        switch directory.open(path) {
        case .file(let file):
            return answer(request, with: representation(of: file, at: path, in: directory, request))
        case .directory:
            let location = path.asDirectory.encoded + Self.encoded(request.query)
            return .text(
                301, "The page is at \(location).",
                fields: ["location": location, "cache-control": "no-cache"])
        case .nothing:
            return notFound(in: directory, request)
        }
    }

    private static let missingPage = ServedPath("/404.html")

    /// Returns the site's own error page, if it has one; that page also has status 404 under its
    /// own name.
    private func notFound(in directory: borrowing ReleaseDirectory, _ request: HTTPRequest)
        -> HTTPResponse
    {
        guard let path = Self.missingPage, case .file(let file) = directory.open(path) else {
            return .text(404, "There is no such page.", fields: ["cache-control": "no-cache"])
        }
        let found = representation(of: file, at: path, in: directory, request)
        return HTTPResponse(
            404, fields: found.fields,
            body: .file(found.file, range: 0..<found.file.identity.size))
    }

    private static func encoded(_ query: [HTTPRequest.QueryItem]) -> String {
        guard !query.isEmpty else { return "" }
        let pairs = query.map { item in
            let name = PercentEncoding.encode(item.name)
            return item.value.isEmpty ? name : "\(name)=\(PercentEncoding.encode(item.value))"
        }
        return "?" + pairs.joined(separator: "&")
    }
}

extension StaticSite {
    /// The bytes to send for a path, and their fields for any status.
    private struct Representation {
        let file: OpenFile
        var fields: HTTPFields
        let tag: String
        var modified: Int { Int(file.identity.modified / 1_000_000_000) }
    }

    /// Returns the file itself, or the compressed file that the client prefers.
    private func representation(
        of plain: OpenFile, at path: ServedPath, in directory: borrowing ReleaseDirectory,
        _ request: HTTPRequest
    ) -> Representation {
        let type = ContentType(path: path)
        var chosen = plain
        var coding: ContentCoding?
        if type.isCompressible {
            let wanted = ContentCoding.preferred(by: request.fields["accept-encoding"])
            for candidate in wanted {
                guard case .file(let sibling) = directory.open(path.adding(candidate.suffix)) else {
                    continue
                }
                (chosen, coding) = (sibling, candidate)
                break
            }
        }
        var fields: HTTPFields = [
            "content-type": type.value,
            "cache-control": path.isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if type.isCompressible { fields["vary"] = "accept-encoding" }
        if let coding { fields["content-encoding"] = coding.rawValue }
        return Representation(
            file: chosen, fields: fields,
            tag: EntityTag.text(for: chosen.identity, coding: coding))
    }

    private func answer(_ request: HTTPRequest, with found: Representation) -> HTTPResponse {
        var fields = found.fields
        fields["etag"] = found.tag
        fields["last-modified"] = HTTPDate.text(found.modified)
        fields["accept-ranges"] = "bytes"
        let size = found.file.identity.size

        if isUnchanged(found, for: request) { return HTTPResponse(304, fields: fields) }
        switch ByteRange.asked(by: request, tag: found.tag, modified: found.modified, size: size) {
        case .whole:
            return HTTPResponse(200, fields: fields, body: .file(found.file, range: 0..<size))
        case .part(let range):
            fields["content-range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
            return HTTPResponse(206, fields: fields, body: .file(found.file, range: range))
        case .unsatisfiable:
            return .text(
                416, "The range is outside the file.", fields: ["content-range": "bytes */\(size)"])
        }
    }

    private func isUnchanged(_ found: Representation, for request: HTTPRequest) -> Bool {
        if let tags = request.fields["if-none-match"] {
            return EntityTag.list(tags, contains: found.tag)
        }
        guard let since = request.fields["if-modified-since"].flatMap(HTTPDate.seconds) else {
            return false
        }
        return found.modified <= since
    }
}
