import TestSupport
import Testing

/// One browser that looks at every site of this suite.
struct PreviewBrowser: Sendable {
    @TaskLocal static var current: WebDriver?

    struct Trait: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?,
            performing function: @concurrent @Sendable () async throws -> Void
        ) async throws {
            try await WebDriver.withBrowser { browser in
                try await PreviewBrowser.$current.withValue(browser, operation: function)
            }
        }
    }
}

extension Trait where Self == PreviewBrowser.Trait {
    static var previewBrowser: Self { .init() }
}
