import Foundation

/// What every browser of a test suite does.
extension WebDriver {
    /// Runs before a page's own scripts and keeps what goes wrong from the first byte on, in
    /// `window.recordedFaults`: violations of the content security policy and scripts' uncaught
    /// errors.
    public static let faultRecorder = """
        window.recordedFaults = [];
        addEventListener('securitypolicyviolation', (event) => window.recordedFaults.push(
          `policy ${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile ?? ''}`));
        addEventListener('error', (event) => window.recordedFaults.push(`error: ${event.message}`));
        addEventListener('unhandledrejection', (event) =>
          window.recordedFaults.push(`rejection: ${event.reason}`));
        """

    /// Starts a browser and closes it after `body`, however that ends.
    public static func withBrowser(_ body: (WebDriver) async throws -> Void) async throws {
        let browser = try await WebDriver.start()
        do {
            try await body(browser)
        } catch {
            await browser.close()
            throw error
        }
        await browser.close()
    }

    /// Keeps a picture of the page below `Tests/output`, where a person can look at it.
    public func keepScreenshot(_ name: String) async throws {
        let file = URL(filePath: "\(ProjectFolder.path)/Tests/output/screenshots/\(name).png")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(try await screenshot()).write(to: file)
    }
}
