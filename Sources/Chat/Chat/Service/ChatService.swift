public import Core
public import HTTP
import LanguageModels
import PostgreSQL
import Synchronization
import System

/// A chat server: the API, the sockets, and the background work.
///
/// ```swift
/// let service = ChatService(configuration) { event in … }
/// try await service.run { address in print("answering on \(address)") }
/// ```
public final class ChatService: Sendable {
    public let metrics = ChatMetrics()
    private let configuration: ChatConfiguration
    private let report: @Sendable (ChatEvent) -> Void
    private let pool: ConnectionPool
    private let engine: ChatEngine
    private let keeper: NodeSynchronizer
    private let health: ServiceHealth
    private let usage: UsageLog
    private let expiry: ConversationExpiry

    public init(
        _ configuration: ChatConfiguration, report: @escaping @Sendable (ChatEvent) -> Void
    ) {
        self.configuration = configuration
        self.report = report
        var settings = ConnectionPool.Settings(size: configuration.connections)
        settings.acquireDeadline = 3000
        settings.statementDeadline = 5000
        pool = ConnectionPool(
            to: configuration.database, role: ChatStore.role, settings: settings)
        let store = ChatStore(pool: pool)
        let knowledge = KnowledgeBase(pool: pool, output: configuration.output)
        let client = WebClient()
        let breakers = ModelBreakers()
        let usage = UsageLog(store: store)
        let metrics = metrics
        let faults = ModelFaultLog(report: report)
        let nodes = configuration.sites.map { site in
            metrics.serving(node: site.node)
            let models = NodeModels(client: client, keys: configuration.keys, breakers: breakers) {
                attempt in
                metrics.attempted(attempt, node: site.node)
                usage.add(attempt, node: site.node)
                faults.add(attempt, node: site.node)
            }
            return ChatNode(
                name: site.node,
                generator: AnswerGenerator(
                    node: site.node, siteName: site.name, models: models, knowledge: knowledge),
                personality: PersonalityBroadcaster(node: site.node))
        }
        self.usage = usage
        expiry = ConversationExpiry(
            store: store, keptDays: configuration.keptDays, report: report)
        engine = ChatEngine(
            store: store, knowledge: knowledge, nodes: nodes, limits: configuration.limits,
            metrics: metrics, report: report)
        keeper = NodeSynchronizer(
            store: store, knowledge: knowledge, database: configuration.database,
            output: configuration.output, report: { faults.pass($0) })
        health = ServiceHealth(pool: pool)
    }

    /// Serves until the task is cancelled. Then answers in progress are delivered and stored,
    /// within the time configured.
    ///
    /// - Parameter onListening: called once with the address that clients may connect to.
    /// - Throws: `.addressInUse` when another process has the port, and what `HTTPServer.run`
    ///   throws.
    public func run(
        onListening: @escaping @Sendable (ServerAddress) -> Void = { _ in }
    ) async throws(Diagnostic) {
        let server = HTTPServer(
            serverConfiguration, webSocket: http.webSocket, handler: http.handler)
        try await run(behind: { () async throws(Diagnostic) in
            try await server.run(onListening: onListening)
        })
    }

    /// The HTTP service, for a server that has a site beside the chat; valid within `run(behind:)`.
    public var http: HTTPService {
        let gate = RequestGate(
            engine: engine, tokens: VisitorTokens(secrets: configuration.secrets))
        let (engine, health) = (engine, health)
        let api = ChatAPI(
            engine: engine, gate: gate, adminToken: configuration.adminToken,
            apiKeys: configuration.apiKeys,
            apiLimit: UsageAmount(
                tokens: configuration.limits.apiTokensPerDay,
                cost: configuration.limits.apiCostPerDay * 1_000_000),
            health: { health.now(of: engine, node: $0) })
        let sockets = WebSocketHandshake(engine: engine, gate: gate)
        return HTTPService(
            paths: ["/api/", "/v1/", "/ws"], requestFields: Self.requestFields,
            webSocket: { sockets.reply(to: $0) }, handler: { await api.respond(to: $0) })
    }

    /// Runs the background work while a server serves.
    ///
    /// - Parameter serve: serves requests with `http` until the task is cancelled.
    /// - Throws: what `serve` throws.
    public func run(
        behind serve: () async throws(Diagnostic) -> Void
    ) async throws(Diagnostic) {
        let health = health
        // The background work must outlive the server: answers are stored after the last connection
        // is closed.
        let background = Task { await work() }
        let outbox = Task { await engine.outbox.run() }
        let outcome: Result<Void, Diagnostic> = await withTaskCancellationHandler {
            // Waits for the models, so that even the first visitor gets a model's answer.
            for node in engine.nodes.values { await node.models.firstReading() }
            do throws(Diagnostic) {
                return .success(try await serve())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            health.drain()
        }
        await Task { await engine.drain(within: 1000) }.value
        for node in engine.nodes.values { await node.stop() }
        background.cancel()
        await background.value
        outbox.cancel()
        await outbox.value
        await pool.close()
        try outcome.get()
    }

    private func work() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.engine.sweep() }
            group.addTask { await self.usage.run() }
            group.addTask { await self.expiry.run() }
            group.addTask { await self.health.watch() }
            for node in engine.nodes.values {
                group.addTask { await self.keeper.keep(node) }
            }
            group.addTask { await self.keeper.followPersonalities(of: self.engine.nodes) }
        }
    }

    private static let requestFields: Set<String> = ["x-robbieblocks-node", "idempotency-key"]

    /// The configuration of the HTTP server, with its limits per client.
    public var serverConfiguration: HTTPServerConfiguration {
        var server = HTTPServerConfiguration(host: configuration.host, port: configuration.port)
        server.handedSocket = configuration.handedSocket
        server.requestFields.formUnion(Self.requestFields)
        server.refusesInJSON = true
        server.limits.headerBytes = 16 << 10
        server.limits.bodyBytes = ChatAPI.bodyLimit
        // Sockets and streams count as connections.
        let ceilings = configuration.limits.kept
        server.limits.connections =
            (ceilings.socketsPerNode + ceilings.answersPerNode) * configuration.sites.count + 512
        // Longer than any answer may take, even with the longest timeouts that a row can have.
        server.limits.handlerSeconds = 1500
        server.limits.drainSeconds = configuration.drainSeconds
        return server
    }

    /// The text for the metrics server.
    public var metricsText: String {
        engine.observe()
        return metrics.text
    }
}
