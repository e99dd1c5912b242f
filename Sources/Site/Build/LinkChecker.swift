import Bundling
import Core
import HTML
import RenderProtocol
import Rendering
import SiteModel

/// Finds addresses on a page that are broken, or that a browser refuses to load.
struct LinkChecker: Sendable {
    typealias Reference = WorkerProtocol.Remarks.Reference

    struct Findings: Sendable {
        var warnings: [Diagnostic] = []
        /// Links to check after the pages are published.
        var anchors: [AnchorLink] = []
        /// The missing paths that warnings report.
        var targets: [Diagnostic: String] = [:]
        /// The links of such warnings that also name an anchor.
        var places: [Diagnostic: AnchorLink] = [:]
        /// The routes that links lead to, or would lead to if a page were there.
        var routes: Set<String> = []

        /// Returns the form in which a warning is recorded.
        func pageWarning(_ warning: Diagnostic) -> PageWarning {
            PageWarning(
                diagnostic: warning, target: targets[warning], anchor: places[warning])
        }
    }

    /// The most warnings listed for one page; further ones are counted.
    private static let limit = 100

    private let routes: Set<ExactText>
    private let host: String?
    private let node: String
    private let searched: LinkHints.Routes
    private var hints: LinkHints
    /// The paths of the site's files that belong to no page, without a leading slash.
    private var files: Set<ExactText> = []

    /// Files of every site that are in no bundle.
    private static let fixedFiles: Set<String> = ["robots.txt", "sitemap.xml", "404.html"]

    init(site: Site) {
        let texts = site.pages.map(\.route.text)
        routes = Set(texts.map(ExactText.init))
        host = site.node.baseURL.flatMap(Self.host)
        node = site.node.id
        searched = LinkHints.Routes(Set(texts))
        hints = LinkHints(searched)
    }

    /// Returns a checker of the same links, with suggestions for another report.
    func forReport(files: Set<ExactText>) -> LinkChecker {
        var copy = self
        copy.hints = LinkHints(searched)
        copy.files = files
        return copy
    }

    /// Returns warnings about a page that was rendered without errors.
    func check(_ page: RenderedPage) -> Findings {
        let routed = page.job.page
        let key = routed.page.key
        var findings = Findings()
        for omission in page.remarks.omissions {
            findings.warnings.append(
                Diagnostic(
                    .omittedMarkup, "\(omission.what) is left out of the page",
                    at: .init(page: key, field: "content", line: omission.line),
                    hint: "write it in Markdown, place a component, or set metadata.trusted",
                    severity: .warning))
        }
        for id in page.remarks.doubledIDs {
            findings.warnings.append(
                Diagnostic(
                    .doubledID, "more than one element has the id '\(id)'", at: .init(page: key),
                    hint: "links and labels find the first one only", severity: .warning))
        }
        // The 404 page is shown at every address that has no page.
        let route = routed.file == Site.notFoundFile ? nil : routed.route.text
        for reference in page.remarks.references {
            // Nearly every link is exactly the route of a page.
            if reference.kind == .link, routes.contains(ExactText(reference.url)) {
                findings.routes.insert(reference.url)
                continue
            }
            check(reference, key: key, route: route, &findings)
        }
        if let first = findings.warnings.dropFirst(Self.limit).first {
            let more = findings.warnings.count - Self.limit
            findings.warnings.removeLast(more)
            findings.warnings.append(
                Diagnostic(
                    first.code,
                    more == 1
                        ? "1 more link, file or id of the page is wrong like these"
                        : "\(more) more links, files and ids of the page are wrong like these",
                    at: .init(page: key), hint: "correct those above first", severity: .warning))
        }
        findings.warnings.addExcerpts(of: page.job.markdown)
        return findings
    }

    /// Returns the warnings with those that several pages share combined into one.
    ///
    /// A link of a layout or a component is on hundreds of pages, and a component's own error is
    /// reported by each worker that found it.
    static func merged(_ warnings: [Diagnostic]) -> [Diagnostic] {
        var merged: [Diagnostic] = []
        var places: [Diagnostic: (index: Int, pages: Int)] = [:]
        for warning in warnings {
            var shared = warning
            if warning.location.field == nil { shared.location.page = nil }
            if places[shared] == nil {
                places[shared] = (merged.count, 0)
                merged.append(warning)
            } else {
                places[shared]?.pages += 1
            }
        }
        for (index, pages) in places.values
        where merged[index].location.page != nil && merged[index].location.field == nil {
            merged[index] = telling(merged[index], alsoOn: pages)
        }
        return merged
    }

    /// Returns the warning with the number of other pages that it concerns.
    static func telling(_ warning: Diagnostic, alsoOn pages: Int) -> Diagnostic {
        guard pages > 0 else { return warning }
        var warning = warning
        warning.message += " (and on \(pages == 1 ? "another page" : "\(pages) other pages"))"
        return warning
    }

    private func check(
        _ reference: Reference, key: String, route: String?, _ findings: inout Findings
    ) {
        let url = reference.url
        if route == nil, !url.isEmpty, !url.hasUTF8Prefix("/"), !url.containsUTF8(":") { return }
        func warn(_ code: Diagnostic.Code, _ message: String, _ hint: String?) {
            findings.warnings.append(
                Diagnostic(
                    code, message, at: Self.location(of: reference, on: key), hint: hint,
                    severity: .warning))
        }
        if url.isEmpty || reference.kind == .plugin {
            return warn(.refusedByPolicy, Self.refusal(of: reference), hint(for: reference))
        }
        switch LinkAddress(url, on: route ?? "/", host: host) {
        case .other: return
        case .embedded where reference.kind == .picture || reference.kind == .link: return
        case .elsewhere where reference.kind == .link: return
        case .embedded, .elsewhere:
            warn(.refusedByPolicy, Self.refusal(of: reference), hint(for: reference))
        case .script:
            warn(
                .refusedByPolicy, "the browser refuses the script in the link '\(Self.shown(url))'",
                "use a button with an event handler in a component")
        case .site(let path, let fragment):
            let isPlace = reference.kind == .link && fragment.map { $0.utf8.count > 1 } ?? false
            func anchor(to route: String) -> AnchorLink {
                AnchorLink(
                    location: Self.location(of: reference, on: key), url: url, route: route,
                    fragment: fragment ?? "#")
            }
            guard let target = target(of: path) else {
                guard !isServed(path) else { return }
                let count = findings.warnings.count
                warnMissing(path, reference, warn)
                if reference.kind == .link {
                    findings.routes.insert(path.hasUTF8Suffix("/") ? path : path + "/")
                }
                for warning in findings.warnings[count...] {
                    findings.targets[warning] = path
                    if isPlace { findings.places[warning] = anchor(to: path) }
                }
                return
            }
            if reference.kind == .link { findings.routes.insert(target) }
            guard isPlace else { return }
            let link = anchor(to: target)
            // The worker lists a page's links to itself only when their anchor does not exist
            // there.
            if url.hasUTF8Prefix("#") {
                findings.warnings.append(link.warning)
            } else {
                findings.anchors.append(link)
            }
        }
    }

    private static func location(of reference: Reference, on key: String) -> Diagnostic.Location {
        .init(
            page: key, field: reference.line == nil ? nil : "content", line: reference.line)
    }

    /// Whether the site has a page or a file at a path.
    ///
    /// - Parameter files: as in `forReport`.
    func leads(to path: String, files: Set<ExactText>) -> Bool {
        target(of: path) != nil || isServed(path)
            || path.droppingUTF8Prefix("/").map { files.contains(ExactText(String($0))) } ?? false
    }

    /// Returns the warning for a link to an anchor whose page was removed.
    func broken(_ link: AnchorLink) -> PageWarning {
        var warning = PageWarning(diagnostic: link.warning, target: link.route, anchor: link)
        let reference = Reference(kind: .link, url: link.url, line: link.location.line)
        warnMissing(link.route, reference) { code, message, hint in
            warning.diagnostic = Diagnostic(
                code, message, at: link.location, hint: hint, severity: .warning)
        }
        return warning
    }

    /// Returns the route of the page that a path leads to.
    func target(of path: String) -> String? {
        if routes.contains(ExactText(path)) { return path }
        if path.hasUTF8Suffix("/index.html"), let folder = path.droppingUTF8Suffix("index.html") {
            return routes.contains(ExactText(String(folder))) ? String(folder) : nil
        }
        return routes.contains(ExactText(path + "/")) ? path + "/" : nil
    }

    /// Whether the path is a file, or a program of the web server answers it.
    private func isServed(_ path: String) -> Bool {
        guard let name = path.droppingUTF8Prefix("/").map(String.init) else { return false }
        if files.contains(ExactText(name)) || Self.fixedFiles.contains(name) { return true }
        let first = name.splitUTF8(separator: "/", omittingEmptySubsequences: false).first
        return first.map { $0 != "assets" && Route.reserved.contains(String($0)) } ?? false
    }

    private func warnMissing(
        _ path: String, _ reference: Reference,
        _ warn: (Diagnostic.Code, String, String?) -> Void
    ) {
        let resolved = reference.url.isUTF8Equal(to: path) ? "" : " ('\(Self.shown(path))')"
        let name = path.splitUTF8(separator: "/").last.map(String.init) ?? ""
        let parts = name.splitUTF8(separator: ".", omittingEmptySubsequences: false)
        let isDocument =
            parts.count > 1
            && ["md", "markdown", "mdx", "html", "htm"].contains(parts.last.map(String.init))
        let isPage = parts.count < 2 || isDocument || path.hasUTF8Suffix("/")
        guard reference.kind == .link, isPage else {
            return warn(
                .missingFile, "the site has no file for '\(Self.shown(reference.url))'\(resolved)",
                hint(for: reference))
        }
        // `../guide/setup.md` and `setup.html` are how other tools link to the page
        // `/guide/setup/`.
        var route = path.hasUTF8Suffix("/") ? path : path + "/"
        if isDocument, let folder = path.droppingUTF8Suffix(name) {
            let stem = name.droppingUTF8Suffix("." + (parts.last ?? "")).map(String.init) ?? name
            route = ["index", "README"].contains(stem) ? String(folder) : "\(folder)\(stem)/"
        }
        warn(
            .brokenLink,
            "the link to '\(Self.shown(reference.url))'\(resolved) leads to no page of this site",
            routes.contains(ExactText(route)) ? "did you mean '\(route)'?" : hints.hint(for: route))
    }

    /// Returns an address as a message quotes it.
    private static func shown(_ url: String) -> String {
        url.unicodeScalars.count > 120
            ? String(String.UnicodeScalarView(url.unicodeScalars.prefix(120))) + "…" : url
    }

    private static func refusal(of reference: Reference) -> String {
        let what =
            switch reference.kind {
            case .picture: "the picture"
            case .media: "the recording"
            case .frame: "the frame"
            case .form: "to send the form to"
            case .link: "the link"
            case .plugin: "the object"
            case .script: reference.url.isEmpty ? "scripts in the page itself" : "the script"
            case .style: reference.url.isEmpty ? "style elements" : "the style sheet"
            }
        let address = reference.url.isEmpty ? "" : " '\(shown(reference.url))'"
        let policy =
            reference.kind == .plugin || reference.url.isEmpty
            ? "allows none" : "allows the site's own only"
        return "the browser refuses \(what)\(address): the content security policy \(policy)"
    }

    private func hint(for reference: Reference) -> String? {
        switch reference.kind {
        case .picture:
            "put the file into branding/\(node)/ and write '/\(Asset.brandingFolder)<file name>'"
        case .frame, .plugin: "link to it instead"
        case .script: "put it into the node's custom_scripts, or into a component"
        case .style: "put its rules into the node's custom_css, or into a component's css_styles"
        case .media, .link, .form: nil
        }
    }

    private static func host(of base: String) -> String? {
        guard let mark = base.firstUTF8Range(of: "://") else { return nil }
        let authority = base[mark.upperBound...].utf8.prefix { !"/?#".utf8.contains($0) }
        return LinkAddress.host(Array(authority)[...], scheme: String(base[..<mark.lowerBound]))
    }
}
