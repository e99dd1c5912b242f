public import Build
import System
import Testing

extension SiteKeeper {
    /// Waits until time alone changes the site; it is an error when it never does.
    public func waitUntilDue() async throws {
        let due = try #require(nextDue)
        try await Task.sleep(for: .milliseconds(max(0, due - monotonicMilliseconds()) + 5))
    }
}
