public import Core
import FoundationEssentials
public import Publishing
import System

/// The warnings of a site: about the site as a whole, and about each page since it was last
/// rendered.
struct SiteWarnings: Sendable {
    /// The most warnings recorded; further ones appear only in the builds that find them.
    private static let limit = 1000

    private var pages: [String: [PageWarning]] = [:]
    private var site: [Diagnostic] = []
    private var count = 0
    /// Keys whose warnings differ from those in the ledger.
    private var changes: Set<String> = []
    /// Keys of the pages that the running build has rendered.
    private var rendered: Set<String> = []

    /// The key of the site as a whole.
    private static let siteKey = ""

    init() {}

    /// Reads the warnings of a ledger; those in the form of another program version are ignored.
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

    /// Whether anything has changed since `settle`.
    var areOthers: Bool { !changes.isEmpty }

    /// All warnings, first those of the site as a whole, then page by page.
    var all: [Diagnostic] {
        site
            + pages.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .flatMap { $0.value.map(\.diagnostic) }
    }

    /// The number of warnings about pages that the running build did not render; a shared one
    /// counts once.
    var older: Int {
        SharedFault.all(
            in: pages.filter { !rendered.contains($0.key) }.flatMap { $0.value.map(\.diagnostic) }
        ).count
    }

    /// The pages that have warnings.
    var keys: Set<String> { Set(pages.keys) }

    mutating func begin() { rendered = [] }

    /// Removes the warnings of a page that is rendered again or was removed.
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

    /// Updates warnings about links: drops those about links that now work, and reports a link
    /// whose page was removed as broken.
    ///
    /// - Parameters:
    ///   - links: of the site as it is now published.
    ///   - files: the site's files that belong to no page.
    ///   - changed: the changed files.
    ///   - anchors: the anchors of the published pages.
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

    /// Returns the changes that the ledger must record, and marks them as recorded.
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
    /// Returns the warnings of the newest release, first those of the site as a whole.
    public func remainingWarnings() throws -> [Diagnostic] { SiteWarnings(try warnings()).all }
}
