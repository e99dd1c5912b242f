import Core

/// Whether a request that changes something comes from the site's own pages.
///
/// A browser states the origin of the page in `Origin`, which the page cannot change. A program
/// other than a browser sends none, and has no visitor's cookie to misuse.
enum OriginRule {
    /// - Parameters:
    ///   - origin: as the browser sent it, such as `https://example.org`; `null` is foreign.
    ///   - host: the request's `Host`, which the proxy passes on unchanged.
    static func allows(origin: String?, host: String?) -> Bool {
        guard let origin, !origin.isEmpty else { return true }
        guard let host, !host.isEmpty else { return false }
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] {
            let origin = origin.lowercased()
            guard let name = origin.droppingUTF8Prefix(scheme) else { continue }
            // Either side may omit the default port of the scheme.
            return bare(name, port).isUTF8Equal(to: bare(host.lowercased()[...], port))
        }
        return false
    }

    private static func bare(_ host: Substring, _ port: String) -> Substring {
        host.droppingUTF8Suffix(port) ?? host
    }
}
