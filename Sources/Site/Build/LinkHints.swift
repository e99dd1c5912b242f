import Core
import Synchronization

/// Suggestions for broken links in one report, from an index that reports share.
///
/// The index is built when the first broken link is found. The number of different links with
/// suggestions in a report is limited, because a longer list of hints is not read.
final class LinkHints: Sendable {
    /// The most different broken links of a report that get suggestions.
    static let limit = 200

    /// The routes of a site, sorted once for all its reports.
    final class Routes: Sendable {
        private let routes: Set<String>
        private let index = Mutex<NearMissIndex?>(nil)

        init(_ routes: Set<String>) { self.routes = routes }

        func nearest(to route: String) -> String? {
            let index = index.withLock { index in
                if let index { return index }
                let made = NearMissIndex(routes)
                index = made
                return made
            }
            return index.nearest(to: route)
        }
    }

    private let routes: Routes
    private let answers = Mutex<[String: String?]>([:])

    init(_ routes: Routes) { self.routes = routes }

    func hint(for route: String) -> String? {
        answers.withLock { answers in
            if let known = answers[route] { return known }
            guard answers.count < Self.limit else { return nil }
            let hint = routes.nearest(to: route).map { "did you mean '\($0)'?" }
            answers[route] = .some(hint)
            return hint
        }
    }
}
