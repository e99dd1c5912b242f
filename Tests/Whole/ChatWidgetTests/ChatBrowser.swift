import Core
import PostgreSQL
import SiteModel
import TestSupport
import Testing

/// Two starter sites with the real chat service behind the real nginx, a scripted model, and one
/// browser, shared by every test of a suite.
struct ChatBrowser: Sendable {
    @TaskLocal private static var current: ChatBrowser?

    static let nodes = ["testpilot", "vengeance-local"]
    static let field = ".chat__form textarea"

    let sites: StarterSites
    let service: ChatService
    let peer: ModelPeer
    let browser: WebDriver

    /// The browser for the running test.
    static func shared() throws -> ChatBrowser {
        try #require(current, "the suite lacks the trait .chatBrowser")
    }

    /// Runs before a page's own scripts: keeps the sockets that were opened, and, when the test asks
    /// for it, shuts the way for sockets, holds the answer about the mood back, or lets a second pass
    /// only when `passSecond` is called.
    private static let recorder = """
        window.sockets = [];
        window.WebSocket = class extends WebSocket {
          constructor(address) {
            super(sessionStorage.noSockets ? address.replace('/ws', '/nowhere') : address);
            window.sockets.push(this);
          }
        };
        if (sessionStorage.stepsSeconds) {
          const [every, stop] = [window.setInterval, window.clearInterval];
          window.eachSecond = new Map();
          window.setInterval = (task, time) => {
            const timer = every(time === 1000 ? () => {} : task, time);
            if (time === 1000) window.eachSecond.set(timer, task);
            return timer;
          };
          window.clearInterval = (timer) => {
            window.eachSecond.delete(timer);
            stop(timer);
          };
          window.passSecond = () => { for (const task of window.eachSecond.values()) task(); };
        }
        if (sessionStorage.holdsMood) {
          window.requestIdleCallback = (task) => setTimeout(task);
          const ask = window.fetch;
          window.fetch = async (address, options) => {
            const answer = await ask(address, options);
            if (address === '/api/personality') {
              await new Promise((release) => { window.releaseMood = release; });
            }
            return answer;
          };
        }
        """

    struct Trait: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?,
            performing function: @concurrent @Sendable () async throws -> Void
        ) async throws {
            let reserved = try ReservedPort()
            let peer = try ModelPeer.start()
            let sites = try await StarterSites.start(
                """
                INSERT INTO ai_model_chain
                    (node_id, name, provider, base_url, model, first_token_timeout_ms)
                VALUES ('testpilot', 'peer', 'ollama', '\(peer.url)', 'asked', 600000);
                """, nodes: ChatBrowser.nodes, chatPort: reserved.port)
            let service = try ChatService(
                nodes: ChatBrowser.nodes, database: sites.database, output: sites.output,
                reserved: reserved)
            try await service.start()
            defer { service.end() }
            try await WebDriver.withBrowser { browser in
                try await browser.runOnEveryPage(WebDriver.faultRecorder + "\n" + recorder)
                let shared = ChatBrowser(
                    sites: sites, service: service, peer: peer, browser: browser)
                try await ChatBrowser.$current.withValue(shared, operation: function)
            }
        }
    }

    /// Opens a page as a visitor who was never here, and waits until the islands are awake.
    func open(
        _ path: String = "/chat/", of node: String = "testpilot", width: Int = 1440,
        isNew: Bool = true
    ) async throws {
        try await browser.setViewport(width: width, height: width < 600 ? 740 : 900)
        let address = try sites[node].address
        if isNew {
            try await browser.devTools("Network.clearBrowserCookies")
            try await browser.open(address + "/robots.txt")
            _ = try await browser.execute("localStorage.clear(); sessionStorage.clear()")
        }
        _ = try await browser.takeConsole()
        try await browser.open(address + path)
        try await browser.waitUntil(
            "[...document.querySelectorAll('rb-island')].every((one) => 'hydrated' in one.dataset)")
        if path == "/chat/" {
            try await browser.waitUntil("document.querySelector('.chat__tools')")
        }
    }

    /// Writes a question and sends it with the Enter key.
    func ask(_ question: String) async throws {
        let field = try await browser.find(Self.field)
        if question.contains("\n") {
            // Typed, the end of its first line would send it.
            _ = try await browser.execute(
                "document.querySelector('\(Self.field)').value = \(Self.literal(question))")
            try await field.sendKeys(WebElement.Key.enter)
        } else {
            try await field.sendKeys(question + WebElement.Key.enter)
        }
    }

    /// The reply of the scripted model, as part of a question.
    static func say(_ text: String, every milliseconds: Int = 5) -> String {
        "do:say-\(milliseconds) <<\(text)>>"
    }

    /// Waits until as many questions have answers and none is being written.
    func waitForAnswers(_ count: Int) async throws {
        try await browser.waitUntil(
            """
            document.querySelectorAll('.chat__turn').length === \(count)
              && document.querySelectorAll('.chat__answer[aria-busy=false]').length === \(count)
            """)
    }

    /// The text of the answers as they are to be seen, without what stands below them.
    func answers() async throws -> [String] {
        try await browser.execute(
            """
            return [...document.querySelectorAll('.chat__text')]
              .map((text) => text.querySelector('.markdown')?.innerText ?? '')
            """, as: [String].self)
    }

    func text(of selector: String) async throws -> String {
        try await browser.execute(
            "return document.querySelector(\(Self.literal(selector)))?.innerText ?? ''"
        ).string ?? ""
    }

    static func literal(_ text: String) -> String { JSONValue.string(text).text }

    /// Presses a button by what it says.
    func press(_ label: String) async throws {
        let isThere = try await browser.execute(
            """
            const button = [...document.querySelectorAll('.chat button')].find((one) =>
              (one.getAttribute('aria-label') ?? one.textContent).trim() === \(Self.literal(label)));
            button?.focus();
            button?.click();
            return Boolean(button);
            """)
        try #require(isThere.bool == true, "no button says '\(label)'")
    }

    /// Faults of the page and of the console.
    func complaints() async throws -> [String] {
        let faults = try await browser.execute(
            "return window.recordedFaults.splice(0)", as: [String].self)
        return faults
            + (try await browser.takeConsole().filter { $0.level == "SEVERE" }.map(\.message))
    }

    /// How often a question is stored.
    func stored(_ question: String) throws -> Int {
        try sites.database.connect().run(
            """
            SELECT count(*)::integer FROM messages
            WHERE role = 'user' AND content = \(question)
            """)[0].value(0)
    }
}

extension Trait where Self == ChatBrowser.Trait {
    /// Builds and serves two starter sites with a chat, and opens one browser, for the whole suite.
    static var chatBrowser: Self { .init() }
}
