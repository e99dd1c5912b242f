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

    /// Drops the warnings about links that lead somewhere by now.
    ///
    /// - Parameters:
    ///   - isThere: whether the site has a page or file at a path.
    ///   - changed: the files of pages that differ from before.
    ///   - tree: the folder that is served.
    mutating func dropFixed(
        isThere: (String) -> Bool, changed: Set<String>, in tree: String
    ) {
        for (page, warnings) in pages {
            let left = warnings.filter { warning in
                if let target = warning.target { return !isThere(target) }
                guard let anchor = warning.anchor, changed.contains(anchor.file) else {
                    return true
                }
                var links = AnchorLinks()
                links.add([anchor])
                return !links.check(in: tree).isEmpty
            }
            guard left.count < warnings.count else { continue }
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
