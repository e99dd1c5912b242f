import Core
import Synchronization

/// What broken links may have meant: answers for one report, from an index that reports share.
///
/// The index is made when the first link is broken. A report suggests something for so many different
/// links at most; a list of hints longer than that is read by no person.
final class LinkHints: Sendable {
    /// Different broken links of a report that are searched for.
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
