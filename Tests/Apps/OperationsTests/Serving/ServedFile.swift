import Publishing
import TestSupport

/// One file of a release, as a visitor asks for it.
struct ServedFile: CustomStringConvertible {
    let path: String
    let site: StarterSites.Served
    var description: String { "\(site.node): \(target)" }

    /// Every file that has an address of its own: compressed forms and the 404 page have none.
    static func all(of site: StarterSites.Served) -> [ServedFile] {
        site.manifest.files.keys.sorted()
            .filter { !$0.hasSuffix(".gz") && !$0.hasSuffix(".br") && $0 != "404.html" }
            .map { ServedFile(path: $0, site: site) }
    }

    /// A page's address is its folder.
    var target: String {
        "/" + (path.hasSuffix("index.html") ? path.dropLast("index.html".count) : path[...])
    }

    var contentType: String? {
        let types = [
            "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
            "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml; charset=utf-8",
            "xml": "application/xml; charset=utf-8", "txt": "text/plain; charset=utf-8",
            "woff2": "font/woff2", "png": "image/png",
        ]
        return path.split(separator: ".").last.flatMap { types[String($0)] }
    }

    /// All assets are named by their content but the style sheet of the site and the node's own pictures, whose
    /// addresses are stable.
    var cacheControl: String {
        path.hasPrefix("assets/") && path != "assets/site.css"
            && !path.hasPrefix("assets/branding/")
            ? "public, max-age=31536000, immutable" : "no-cache"
    }

    /// The published bytes in a coding (`gzip`, `br` or nil); nil when there is no such form.
    func bytes(_ coding: String?) -> [UInt8]? {
        let endings = ["gzip": ".gz", "br": ".br"]
        return site.bytes(path + (coding.flatMap { endings[$0] } ?? ""))
    }
}
