import HTTP

/// Decides which requests a preview accepts: those of browsers on this machine, and of scripts in
/// the preview's own pages.
///
/// A page from elsewhere can make a browser send requests here. Its host name may even resolve to
/// this machine (DNS rebinding), but then `host` holds that name; and a request that it makes under
/// our name is marked in `origin` or `sec-fetch-site`.
enum OriginCheck {
    static let fields: Set<String> = ["host", "origin", "sec-fetch-site"]

    /// Whether only the preview's own page can have sent the request.
    static func isOwn(_ request: HTTPRequest) -> Bool {
        if let origin = request.fields["origin"] {
            guard let host = request.fields["host"], origin == "http://\(host)" else {
                return false
            }
        }
        // `none` means that the user typed the address.
        guard let site = request.fields["sec-fetch-site"] else { return true }
        return site == "same-origin" || site == "none"
    }
}
