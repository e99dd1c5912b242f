import Core
import SiteModel
import Synchronization

/// Components that ended so many workers that no further page with them is tried.
///
/// A component that never returns costs its page's whole time and two workers. On a site that
/// places it on every page, trying them all would delay the build for hours; a few pages are proof
/// enough.
final class CondemnedComponents: Sendable {
    private static let proof = 3

    private let deaths = Mutex<[Int: (count: Int, last: Diagnostic)]>([:])

    /// - Parameter component: index into the setup's components.
    func add(component: Int, because diagnostic: Diagnostic) {
        deaths.withLock {
            $0[component] = (($0[component]?.count ?? 0) + 1, diagnostic)
        }
    }

    /// The reason why `job` is not tried, or nil when it may be.
    func verdict(on job: RenderJob) -> Diagnostic? {
        deaths.withLock { deaths in
            guard !deaths.isEmpty else { return nil }
            for piece in job.pieces {
                guard case .component(let index, _) = piece.content, let known = deaths[index],
                    known.count >= Self.proof
                else { continue }
                var diagnostic = known.last
                diagnostic.message =
                    "not rendered, since its component ended the worker on \(known.count) other pages"
                diagnostic.location.page = job.page.page.key
                diagnostic.location.block = piece.frame == nil ? piece.order : nil
                diagnostic.location.frame = piece.frame
                return diagnostic
            }
            return nil
        }
    }
}
