public import Core
import FoundationEssentials
public import Publishing
import System

/// What there is to warn about on a site: of the site as a whole, and of each page since it was
/// rendered last.
struct SiteWarnings: Sendable {
    /// Warnings that are remembered; a site with more has them in the builds that find them.
    private static let limit = 1000

    private var pages: [String: [PageWarning]] = [:]
    private var site: [Diagnostic] = []
    private var count = 0
    /// Keys whose warnings are others than those that the ledger has.
    private var changes: Set<String> = []
    /// Keys of the pages that were rendered by the build that is under way.
    private var rendered: Set<String> = []

    /// The key of the site as a whole.
    private static let siteKey = ""

    init() {}

    /// Reads what a ledger has; what another version of this program wrote in another form is left out.
    init(_ entries: [String: String]) {
        for (key, text) in entries {
            guard
                let warnings = try? JSONDecoder().decode(
                    [PageWarning].self, from: Data(text.utf8))
            else { continue }
            if key == Self.siteKey {
                site = warnings.map(\.diagnostic)
            } else {
                pages[key] = warnings
                count += warnings.count
            }
        }
    }

    /// Whether anything is another since `settle`.
    var areOthers: Bool { !changes.isEmpty }

    /// Everything, the site's own first, then page by page.
    var all: [Diagnostic] {
        site
            + pages.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .flatMap { $0.value.map(\.diagnostic) }
    }

    /// Warnings about pages that the build under way did not render, what pages share counting once.
    var older: Int {
        SharedFault.all(
            in: pages.filter { !rendered.contains($0.key) }.flatMap { $0.value.map(\.diagnostic) }
        ).count
    }

    /// The pages that have warnings.
    var keys: Set<String> { Set(pages.keys) }

    mutating func begin() { rendered = [] }

    /// Forgets what was known of a page, which is rendered again or gone.
    mutating func clear(_ page: String) {
        rendered.insert(page)
        guard let old = pages.removeValue(forKey: page) else { return }
        count -= old.count
        changes.insert(page)
    }

    mutating func add(_ warning: PageWarning, of page: String) {
        guard count < Self.limit, pages[page]?.contains(warning) != true else { return }
        pages[page, default: []].append(warning)
        count += 1
        changes.insert(page)
    }

    mutating func setSite(_ warnings: [Diagnostic]) {
        guard warnings != site else { return }
        site = warnings
        changes.insert(Self.siteKey)
    }

    /// Brings warnings about links up to date: those about links that lead somewhere by now are dropped,
    /// and a link whose page is gone is a broken one.
    ///
    /// - Parameters:
    ///   - links: of the site as it is published now.
    ///   - files: its files beside the pages.
    ///   - changed: the files that differ from before.
    ///   - anchors: what the published pages have.
    mutating func checkLinks(
        _ links: LinkChecker, files: Set<ExactText>, changed: Set<String>,
        _ anchors: inout PageAnchors
    ) {
        for (page, warnings) in pages {
            var left: [PageWarning] = []
            for warning in warnings {
                if let target = warning.target {
                    if !links.leads(to: target, files: files) {
                        left.append(warning)
                    } else if var anchor = warning.anchor, let route = links.target(of: target) {
                        anchor.route = route
                        if anchors.has(anchor) == false {
                            left.append(PageWarning(diagnostic: anchor.warning, anchor: anchor))
                        }
                    }
                } else if let anchor = warning.anchor, links.target(of: anchor.route) == nil {
                    left.append(links.broken(anchor))
                } else if let anchor = warning.anchor, changed.contains(anchor.file) {
                    if anchors.has(anchor) != true { left.append(warning) }
                } else {
                    left.append(warning)
                }
            }
            guard left != warnings else { continue }
            count -= warnings.count - left.count
            pages[page] = left.isEmpty ? nil : left
            changes.insert(page)
        }
    }

    /// What a ledger must change to have the same; from now on it is taken to have it.
    mutating func settle() -> [String: String?] {
        defer { changes = [] }
        let encoder = JSONEncoder()
        var texts: [String: String?] = [:]
        for key in changes {
            let warnings =
                key == Self.siteKey ? site.map { PageWarning(diagnostic: $0) } : pages[key] ?? []
            // Strings, numbers and lists of them always encode.
            let text = (try? encoder.encode(warnings)).map { String(decoding: $0, as: UTF8.self) }
            texts.updateValue(warnings.isEmpty ? nil : text, forKey: key)
        }
        return texts
    }
}

extension SiteFolder {
    /// What there is to warn about in the newest release, the site as a whole first.
    public func remainingWarnings() throws -> [Diagnostic] { SiteWarnings(try warnings()).all }
}
