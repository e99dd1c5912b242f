public import Core
import Foundation
import SiteModel

/// A headless Chromium, driven through chromedriver's W3C protocol.
///
/// ```swift
/// let browser = try await WebDriver.start()
/// try await browser.setViewport(width: 360, height: 800)
/// try await browser.open("http://127.0.0.1:8080/pricing/")
/// try await browser.find("button").click()
/// try await browser.close()
/// ```
///
/// Its profile is a folder of its own, removed with it. Each command has a limit: 20 seconds for a
/// page to load, 15 for a script to answer.
public final class WebDriver: Sendable {
    public static let browser = "/usr/bin/chromium"

    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        init(_ description: String) { self.description = description }
    }

    private let process: WebDriverProcess
    private let client: HTTPClient
    private let session: String

    /// Starts chromedriver and a browser below it.
    ///
    /// - Throws: when either is not installed, or does not start.
    public static func start() async throws -> WebDriver {
        let process = try await WebDriverProcess.start()
        let client = HTTPClient(port: process.port, timeout: 90)
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-crash-reporter",
            "--force-prefers-reduced-motion", "--user-data-dir=\(process.folder.path)/profile",
        ]
        let capabilities: JSONValue = .object([
            "browserName": .string("chrome"),
            "goog:chromeOptions": .object([
                "binary": .string(browser), "args": .array(arguments.map(JSONValue.string)),
            ]),
            "goog:loggingPrefs": .object(["browser": .string("ALL")]),
            "timeouts": .object(["pageLoad": .number(60_000), "script": .number(60_000)]),
        ])
        let answer = try await send(
            "POST", "/session",
            .object(["capabilities": .object(["alwaysMatch": capabilities])]), by: client)
        guard let session = answer["sessionId"]?.string else {
            throw Failure("chromedriver opened no session: \(answer.text)")
        }
        return WebDriver(process: process, client: client, session: session)
    }

    private init(process: WebDriverProcess, client: HTTPClient, session: String) {
        self.process = process
        self.client = client
        self.session = session
    }

    /// Closes the browser and ends chromedriver.
    public func close() async {
        // Whatever it answers, its process and those below are ended next.
        _ = try? await Self.send("DELETE", "/session/\(session)", nil, by: client)
        process.end()
    }

    /// Loads a page and waits for its load event.
    public func open(_ address: String) async throws {
        _ = try await command("url", .object(["url": .string(address)]))
    }

    public func reload() async throws { _ = try await command("refresh") }

    /// Makes the window's inside this many CSS pixels; narrower than a window can be is no problem.
    public func setViewport(width: Int, height: Int) async throws {
        try await devTools(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .number(Double(width)), "height": .number(Double(height)),
                "deviceScaleFactor": .number(1), "mobile": .bool(false),
            ])
    }

    /// Says whether the visitor's system is set to dark colours.
    public func setPrefersDark(_ isDark: Bool) async throws {
        try await setMedia(features: ["prefers-color-scheme": isDark ? "dark" : "light"])
    }

    /// Shows pages as on `type` of media, such as `print`, and with these media features; without
    /// arguments as on the screen that there is.
    public func setMedia(_ type: String = "", features: [String: String] = [:]) async throws {
        let list = features.sorted { $0.key < $1.key }.map { name, value in
            JSONValue.object(["name": .string(name), "value": .string(value)])
        }
        try await devTools(
            "Emulation.setEmulatedMedia", ["media": .string(type), "features": .array(list)])
    }

    /// Runs a script before any of a page's own, in every page from now on.
    public func runOnEveryPage(_ script: String) async throws {
        try await devTools(
            "Page.addScriptToEvaluateOnNewDocument", ["source": .string(script)])
    }

    /// Sends a command of Chromium's own protocol.
    @discardableResult
    public func devTools(
        _ name: String, _ parameters: [String: JSONValue] = [:]
    ) async throws -> JSONValue {
        try await command(
            "goog/cdp/execute",
            .object(["cmd": .string(name), "params": .object(parameters)]))
    }

    /// Runs the body of a function and gives what it returns; a promise is awaited.
    public func execute(_ body: String) async throws -> JSONValue {
        try await command(
            "execute/sync", .object(["script": .string(body), "args": .array([])]))
    }

    /// Runs the body of a function, and reads what it returns as `type`.
    public func execute<Result: Decodable>(
        _ body: String, as type: Result.Type
    ) async throws -> Result {
        let text = try await execute(body).text
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// The first element that a CSS selector finds.
    public func find(_ selector: String) async throws -> WebElement {
        let answer = try await command(
            "element",
            .object(["using": .string("css selector"), "value": .string(selector)]))
        guard let identifier = answer.object?.values.first?.string else {
            throw Failure("no element is '\(selector)': \(answer.text)")
        }
        return WebElement(driver: self, identifier: identifier)
    }

    /// Presses keys where the focus is, one after the other.
    public func type(_ keys: String) async throws {
        let actions = keys.flatMap { key in
            ["keyDown", "keyUp"].map { kind in
                JSONValue.object(["type": .string(kind), "value": .string(String(key))])
            }
        }
        _ = try await command(
            "actions",
            .object([
                "actions": .array([
                    .object([
                        "type": .string("key"), "id": .string("keys"),
                        "actions": .array(actions),
                    ])
                ])
            ]))
    }

    /// Waits until a script's expression is true.
    ///
    /// - Throws: when it is not after twelve seconds.
    public func waitUntil(_ expression: String) async throws {
        let isTrue = try await execute(
            """
            const end = performance.now() + 40000;
            const look = (resolve) => {
              if (\(expression)) resolve(true);
              else if (performance.now() > end) resolve(false);
              else setTimeout(() => look(resolve), 15);
            };
            return new Promise(look);
            """)
        guard isTrue.bool == true else { throw Failure("not true after 40 s: \(expression)") }
    }

    /// The page as PNG, from its top to its end.
    public func screenshot() async throws -> [UInt8] {
        let answer = try await devTools(
            "Page.captureScreenshot",
            [
                "format": .string("png"), "captureBeyondViewport": .bool(true),
                "optimizeForSpeed": .bool(true),
            ])
        guard let data = answer["data"]?.string.flatMap({ Data(base64Encoded: $0) }) else {
            throw Failure("the browser took no picture")
        }
        return Array(data)
    }

    /// One line of the browser's console.
    public struct LogEntry: Hashable, Sendable, CustomStringConvertible {
        /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
        public let level: String
        public let message: String
        public var description: String { "\(level) \(message)" }
    }

    /// The console output since the last call.
    public func takeConsole() async throws -> [LogEntry] {
        let answer = try await command("se/log", .object(["type": .string("browser")]))
        return (answer.array ?? []).map {
            LogEntry(level: $0["level"]?.string ?? "", message: $0["message"]?.string ?? "")
        }
    }

    func command(_ path: String, _ body: JSONValue = .object([:])) async throws -> JSONValue {
        try await Self.send("POST", "/session/\(session)/\(path)", body, by: client)
    }

    func read(_ path: String) async throws -> JSONValue {
        try await Self.send("GET", "/session/\(session)/\(path)", nil, by: client)
    }

    private static func send(
        _ method: String, _ path: String, _ body: JSONValue?, by client: HTTPClient
    ) async throws -> JSONValue {
        let answer = try await client.send(
            method, path, headers: body == nil ? [:] : ["content-type": "application/json"],
            body: Array((body?.text ?? "").utf8))
        let value = try JSONValue(parsing: answer.text)["value"] ?? .null
        guard answer.status == 200 else {
            throw Failure(
                "\(path): \(value["error"]?.string ?? "error"): \(value["message"]?.string ?? "")")
        }
        return value
    }
}
