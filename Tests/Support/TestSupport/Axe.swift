import Core
import Foundation
import SiteModel

/// axe, which looks for what keeps people from using a page, in the pages of a browser.
///
/// ```swift
/// let axe = try await Axe.start(in: browser)
/// try await browser.open(address)
/// #expect(try await axe.violations() == [])
/// try await axe.end()
/// ```
public struct Axe: Sendable {
    /// One rule that an element breaks.
    public struct Violation: Hashable, Sendable, Decodable, CustomStringConvertible {
        public var rule: String
        /// `minor`, `moderate`, `serious` or `critical`.
        public var impact: String
        public var element: String
        public var summary: String

        public var description: String { "\(rule) (\(impact)) at \(element): \(summary)" }
    }

    /// What `scripts/setup test` installs.
    public static let version = "4.12"
    private static let file =
        ProjectFolder.path + "/.robbieblocks/python/test/axe_playwright_python/axe.min.js"

    private let browser: WebDriver
    private let identifier: String

    /// Gives axe to every page that is opened from now on.
    ///
    /// - Throws: when it is not installed.
    public static func start(in browser: WebDriver) async throws -> Axe {
        let source = try String(contentsOfFile: file, encoding: .utf8)
        let answer = try await browser.devTools(
            "Page.addScriptToEvaluateOnNewDocument", ["source": .string(source)])
        guard let identifier = answer["identifier"]?.string else {
            throw WebDriver.Failure("the browser takes no script: \(answer.text)")
        }
        return Axe(browser: browser, identifier: identifier)
    }

    /// Pages that are opened from now on are without it.
    public func end() async throws {
        try await browser.devTools(
            "Page.removeScriptToEvaluateOnNewDocument", ["identifier": .string(identifier)])
    }

    /// What is wrong with the page that the browser shows, as it shows it now. No rule is left out.
    public func violations() async throws -> [Violation] {
        let answer = try await browser.execute(
            """
            return axe.run(document, { resultTypes: ['violations'] }).then((results) => ({
              version: axe.version,
              violations: results.violations.flatMap((violation) => violation.nodes.map((node) => ({
                rule: violation.id,
                impact: node.impact ?? violation.impact,
                element: node.target.flat().join(' '),
                summary: [...node.any, ...node.all, ...node.none]
                  .map((check) => check.message).join('; '),
              }))),
            }));
            """, as: Answer.self)
        guard answer.version.hasPrefix(Self.version + ".") else {
            throw WebDriver.Failure(
                "axe is \(answer.version), not \(Self.version): run scripts/setup test")
        }
        return answer.violations
    }

    private struct Answer: Decodable {
        var version: String
        var violations: [Violation]
    }
}
