import Core

/// Whether a request that changes something comes from the site's own pages.
///
/// A browser says in `Origin` whose page sent a request, and a page cannot change that. A program that
/// is no browser sends none, and has no visitor's cookie to misuse either.
enum OriginRule {
    /// - Parameters:
    ///   - origin: as the browser sent it, such as `https://example.org`; `null` is foreign.
    ///   - host: the request's `Host`, which the proxy hands on as it came.
    static func allows(origin: String?, host: String?) -> Bool {
        guard let origin, !origin.isEmpty else { return true }
        guard let host, !host.isEmpty else { return false }
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] {
            let origin = origin.lowercased()
            guard let name = origin.droppingUTF8Prefix(scheme) else { continue }
            // Either side may leave out the port that its scheme implies.
            return bare(name, port).isUTF8Equal(to: bare(host.lowercased()[...], port))
        }
        return false
    }

    private static func bare(_ host: Substring, _ port: String) -> Substring {
        host.droppingUTF8Suffix(port) ?? host
    }
}
