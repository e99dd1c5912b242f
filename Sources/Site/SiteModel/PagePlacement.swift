import Core
import FoundationEssentials

/// Places each page at the route of its row, at its route in the newest release, or nowhere.
///
/// - A page that waits for a manual build stays at its published route.
/// - Any other page is placed according to its row if its app, route and layout are valid and no other
///   page has the same route. Of several such pages, the one already published at the route keeps
///   it.
/// - A page that cannot be placed or rendered there is held: it stays at its published route, unless
///   another page has taken that route. A page that was never published has no place.
///
/// The set of pages placed according to their rows does not depend on which pages fail to render.
struct PagePlacement {
    /// In the order of routes and keys.
    private(set) var pages: [Site.RoutedPage] = []
    /// Pages that are placed as in the newest release.
    private(set) var retained: Set<UUID> = []
    /// Pages whose app, route, layout or length of a text is invalid.
    private(set) var unplaced: Set<UUID> = []
    /// One for each of those, in the order of the pages.
    private(set) var diagnostics: [Diagnostic] = []

    /// A page that can be placed according to its row, unless another page has its route.
    private struct Candidate {
        /// The index of the row.
        var index: Int
        var page: Page
        var route: Route
    }

    private struct Fault {
        /// The index of the row.
        var index: Int
        var diagnostic: Diagnostic
    }

    /// - Parameters:
    ///   - rows: in the order of routes and keys.
    ///   - layouts: the keys of the existing layouts.
    ///   - isPublished: whether the newest release has the page; when `held` has no outline of it, its
    ///     row is unchanged since then.
    ///   - rowFault: why a page cannot be built, apart from its route and layout.
    init(
        _ rows: [Page], layouts: Set<String>, held: HeldPages, isPublished: (UUID) -> Bool,
        rowFault: (Page) -> Diagnostic? = { _ in nil }
    ) {
        func outline(_ page: Page) -> Page? {
            held.outlines[page.id] ?? (isPublished(page.id) ? page : nil)
        }
        var (candidates, faults) = Self.candidates(
            among: rows, layouts: layouts, waiting: held.waiting, rowFault)
        let waiting = Self.waitingPages(among: rows, held, outline)
        faults += Self.collisions(among: candidates, waiting: waiting, outline)
        faults.sort { $0.index < $1.index }
        unplaced = Set(faults.map { rows[$0.index].id })
        diagnostics = faults.map(\.diagnostic)

        candidates.removeAll {
            unplaced.contains($0.page.id) || held.failing.contains($0.page.id)
        }
        pages = candidates.map { Site.RoutedPage(page: $0.page, route: $0.route) }
        guard !(held.waiting.isEmpty && held.failing.isEmpty && unplaced.isEmpty) else { return }
        var taken = Set(candidates.map(\.route.collisionKey))
        var kept: [Site.RoutedPage] = []
        let failing = rows.filter { unplaced.contains($0.id) || held.failing.contains($0.id) }
        for page in waiting + failing.compactMap(outline) {
            guard let route = try? Route(page.route, page: page.key),
                taken.insert(route.collisionKey).inserted
            else { continue }
            kept.append(Site.RoutedPage(page: page, route: route))
            retained.insert(page.id)
        }
        guard !kept.isEmpty else { return }
        pages += kept
        pages.sort { $0.page.precedes($1.page) }
    }

    /// Returns the pages whose own app, route and layout are valid.
    private static func candidates(
        among rows: [Page], layouts: Set<String>, waiting: Set<UUID>,
        _ rowFault: (Page) -> Diagnostic?
    ) -> ([Candidate], [Fault]) {
        var candidates: [Candidate] = []
        candidates.reserveCapacity(rows.count)
        var faults: [Fault] = []
        for (index, page) in rows.enumerated() where !waiting.contains(page.id) {
            do throws(Diagnostic) {
                if let fault = rowFault(page) { throw fault }
                let route = try Route(page.route, page: page.key)
                guard layouts.contains(page.layout) else {
                    throw Diagnostic(
                        .unknownLayout, "there is no layout '\(page.layout)'",
                        at: .init(page: page.key, field: "layout_template"),
                        hint: suggestion(for: page.layout, among: Array(layouts)))
                }
                candidates.append(Candidate(index: index, page: page, route: route))
            } catch {
                faults.append(Fault(index: index, diagnostic: error))
            }
        }
        return (candidates, faults)
    }

    /// Returns the pages whose route belongs to another page.
    private static func collisions(
        among candidates: [Candidate], waiting: [Page], _ outline: (Page) -> Page?
    ) -> [Fault] {
        var owners: [String: Int] = [:]
        owners.reserveCapacity(candidates.count)
        var groups: [String: [Int]] = [:]
        for (index, candidate) in candidates.enumerated() {
            let key = candidate.route.collisionKey
            if let first = owners[key] {
                groups[key, default: [first]].append(index)
            } else {
                owners[key] = index
            }
        }
        func key(_ page: Page) -> String? { try? Route(page.route, page: page.key).collisionKey }
        var refused: [Int: Diagnostic] = [:]
        for (wanted, indexes) in groups {
            let owner = indexes.first { outline(candidates[$0].page).flatMap(key) == wanted }
            for index in indexes where index != owner {
                guard let other = owner ?? indexes.first(where: { $0 != index }) else { continue }
                refused[index] = collision(
                    of: candidates[index].page, with: candidates[other].page)
            }
        }
        // A page that waits keeps its route until a manual build moves it.
        for page in waiting {
            guard let wanted = key(page) else { continue }
            for index in groups[wanted] ?? owners[wanted].map({ [$0] }) ?? [] {
                refused[index] = obstruction(of: candidates[index].page, by: page)
            }
        }
        return refused.map { Fault(index: candidates[$0.key].index, diagnostic: $0.value) }
    }

    /// Returns the newest release's version of the waiting pages; one that waits to be removed has
    /// no row.
    private static func waitingPages(
        among rows: [Page], _ held: HeldPages, _ outline: (Page) -> Page?
    ) -> [Page] {
        guard !held.waiting.isEmpty else { return [] }
        let known = rows.filter { held.waiting.contains($0.id) }
        let rest = held.waiting.subtracting(known.map(\.id)).compactMap { held.outlines[$0] }
        return known.compactMap(outline) + rest
    }

    private static func collision(of page: Page, with other: Page) -> Diagnostic {
        Diagnostic(
            .routeCollision,
            "the route '\(page.route)' is also that of page '\(other.key)'"
                + (other.route == page.route ? "" : ", written '\(other.route)'"),
            at: .init(page: page.key, field: "page_route"),
            hint: "give one of the two pages another route")
    }

    /// Reports that `page` has the route of a page that waits.
    private static func obstruction(of page: Page, by other: Page) -> Diagnostic {
        Diagnostic(
            .routeCollision,
            "the route '\(page.route)' is that of page '\(other.key)' until its pending edit is "
                + "published",
            at: .init(page: page.key, field: "page_route"),
            hint: "publish the pending edits: build the node with 'robbieblocks build'")
    }
}
