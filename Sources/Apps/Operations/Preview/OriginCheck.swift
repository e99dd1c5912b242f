import HTTP

/// Who may ask a preview: browsers on this machine, and scripts of the preview's own pages.
///
/// A page of somewhere else can make a browser send requests here. Its own name may even lead to
/// this machine (DNS rebinding), but then it is the name in `host`; and a request that it makes
/// under our name says so in `origin` or `sec-fetch-site`.
enum OriginCheck {
    static let fields: Set<String> = ["host", "origin", "sec-fetch-site"]

    /// Whether no page but the preview's own can have sent the request.
    static func isOwn(_ request: HTTPRequest) -> Bool {
        if let origin = request.fields["origin"] {
            guard let host = request.fields["host"], origin == "http://\(host)" else {
                return false
            }
        }
        // `none` is a person who typed the address.
        guard let site = request.fields["sec-fetch-site"] else { return true }
        return site == "same-origin" || site == "none"
    }
}
