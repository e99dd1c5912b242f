import Core
import SiteModel

/// An element of the page that a `WebDriver` shows.
public struct WebElement: Sendable {
    let driver: WebDriver
    let identifier: String

    /// A key that is no character, as `sendKeys` takes it.
    public enum Key {
        public static let enter = "\u{E007}"
        public static let shift = "\u{E008}"
        public static let escape = "\u{E00C}"
        public static let tab = "\u{E004}"
        public static let up = "\u{E013}"
        public static let down = "\u{E015}"
        public static let end = "\u{E010}"
        public static let home = "\u{E011}"
        public static let left = "\u{E012}"
        public static let right = "\u{E014}"
        public static let space = " "
    }

    /// Scrolls to the element and clicks its middle, as a mouse does.
    ///
    /// - Throws: when another element would get the click.
    public func click() async throws {
        _ = try await driver.command("element/\(identifier)/click")
    }

    /// Focuses the element and types.
    public func sendKeys(_ keys: String) async throws {
        _ = try await driver.command(
            "element/\(identifier)/value", .object(["text": .string(keys)]))
    }

    /// The text that is to be seen.
    public var text: String {
        get async throws { try await driver.read("element/\(identifier)/text").string ?? "" }
    }

    /// An attribute of the element as it is now; nil when it has none.
    public func attribute(_ name: String) async throws -> String? {
        try await driver.read("element/\(identifier)/attribute/\(name)").string
    }

    public var isShown: Bool {
        get async throws {
            try await driver.read("element/\(identifier)/displayed").bool ?? false
        }
    }
}
