import TestSupport
import Testing

/// Builds and serves the starter sites once for a whole suite.
struct StarterSitesTrait: SuiteTrait, TestScoping {
    @TaskLocal private static var current: StarterSites?

    /// The sites for the running test.
    static func shared() throws -> StarterSites {
        try #require(current, "the suite lacks the trait .starterSites")
    }

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let sites = try await StarterSites.start()
        try await Self.$current.withValue(sites, operation: function)
    }
}

extension Trait where Self == StarterSitesTrait {
    static var starterSites: Self { .init() }
}
