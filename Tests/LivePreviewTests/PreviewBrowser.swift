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
            let browser = try await WebDriver.start()
            do {
                try await PreviewBrowser.$current.withValue(browser, operation: function)
            } catch {
                await browser.close()
                throw error
            }
            await browser.close()
        }
    }
}

extension Trait where Self == PreviewBrowser.Trait {
    static var previewBrowser: Self { .init() }
}
