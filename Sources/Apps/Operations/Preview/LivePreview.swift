public import Core
public import HTTP

/// The development server of one node: the live site, in pages that update themselves.
///
/// It serves the published site and publishes nothing. The database's watcher reports events, and
/// the script in each page then reloads it, swaps its style sheets, or shows the errors.
///
/// ```swift
/// let preview = LivePreview(
///     site: "site-output/testpilot/current", scripts: "templates/preview", port: 8080,
///     fields: securityFields, release: 12)
/// try await preview.run(watcher.events) { address in print("testpilot is at \(address)/") }
/// ```
///
/// It listens only on 127.0.0.1 and answers no other host name, so that neither another machine nor
/// a web page from elsewhere can read unpublished content.
public final class LivePreview: Sendable {
    private let clients: PreviewClients
    private let site: PreviewSite
    private let scripts: StaticSite
    private let fields: HTTPFields
    private let service: HTTPService?
    private let configuration: HTTPServerConfiguration
    private let heartbeat: Duration

    /// The most browser windows that may listen simultaneously.
    static let clientLimit = 64

    /// - Parameters:
    ///   - site: the folder of the live release, or the symlink to it; it need not exist yet.
    ///   - scripts: the folder `templates/preview`.
    ///   - port: the port; 0 takes a free one.
    ///   - spares: the number of ports after it that may be used instead.
    ///   - fields: fields of every response, such as the security headers of the deployment.
    ///   - release: the live release; nil when nothing is published yet.
    ///   - service: answers some paths instead of files, such as the chat.
    ///   - limits: the limits on one client.
    public convenience init(
        site: String, scripts: String, port: Int, spares: Int = 0, fields: HTTPFields = [:],
        release: Int?, service: HTTPService? = nil,
        limits: HTTPServerConfiguration.Limits = .init()
    ) {
        self.init(
            site: site, scripts: scripts, port: port, spares: spares, fields: fields,
            release: release,
            service: service, limits: limits, clientLimit: Self.clientLimit,
            heartbeat: .seconds(15))
    }

    init(
        site: String, scripts: String, port: Int, spares: Int = 0, fields: HTTPFields,
        release: Int?,
        service: HTTPService? = nil, limits: HTTPServerConfiguration.Limits = .init(),
        clientLimit: Int, heartbeat: Duration
    ) {
        let clients = PreviewClients(release: release, limit: clientLimit)
        self.clients = clients
        self.site = PreviewSite(root: site) { clients.release }
        self.scripts = StaticSite(root: scripts)
        self.fields = fields
        self.service = service
        self.heartbeat = heartbeat
        var configuration = HTTPServerConfiguration(
            host: "127.0.0.1", port: port, limits: limits)
        configuration.sparePorts = spares
        self.configuration = configuration.reading(
            OriginCheck.fields.union(service?.requestFields ?? []))
    }

    /// Sends an event to every browser that shows the site, without waiting for any.
    public func send(_ event: PreviewEvent) { clients.send(event) }

    /// Serves until the task is cancelled.
    ///
    /// - Parameters:
    ///   - events: events to send to the browsers. When they end, serving continues.
    ///   - onListening: called once with the site's address.
    /// - Throws: the errors of `HTTPServer.run`, such as `.addressInUse`.
    public func run<Events: AsyncSequence & Sendable>(
        _ events: Events,
        onListening: @escaping @Sendable (ServerAddress) -> Void = { _ in }
    ) async throws(Diagnostic) where Events.Element == PreviewEvent, Events.Failure == Never {
        let outcome = await withTaskGroup(of: Result<Void, Diagnostic>?.self) { group in
            group.addTask { await self.serve(onListening) }
            group.addTask {
                for await event in events { self.send(event) }
                return nil
            }
            group.addTask {
                while (try? await Task.sleep(for: self.heartbeat)) != nil { self.clients.beat() }
                return nil
            }
            for await case let outcome? in group {
                group.cancelAll()
                return outcome
            }
            return .success(())
        }
        try outcome.get()
    }

    private func serve(
        _ onListening: @escaping @Sendable (ServerAddress) -> Void
    ) async -> Result<Void, Diagnostic> {
        let server = HTTPServer(configuration, webSocket: service.map { _ in open }) { request in
            if let answer = await self.serviceAnswer(to: request) { return answer }
            return self.respond(to: request)
        }
        do throws(Diagnostic) {
            return .success(try await server.run(onListening: onListening))
        } catch {
            return .failure(error)
        }
    }

    /// Returns the service's response; nil when the request is for the site, or from elsewhere.
    private func serviceAnswer(to request: HTTPRequest) async -> HTTPResponse? {
        guard let service, service.owns(request.path), request.isForThisMachine else {
            return nil
        }
        var response = await service.handler(request)
        response.fields.merge(fields)
        return response
    }

    @Sendable private func open(_ request: HTTPRequest) async -> WebSocketReply {
        guard let service, request.isForThisMachine else { return .refuse(.forAnotherMachine) }
        guard service.owns(request.path) else {
            return .refuse(.text(404, "There is no WebSocket at this path."))
        }
        return await service.webSocket(request)
    }

    private func respond(to request: HTTPRequest) -> HTTPResponse {
        // Responses are never cached, so conditional requests have no use.
        var whole = request
        for name in [
            "if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range",
        ] { whole.fields[name] = nil }
        var response = answer(whole)
        for name in ["etag", "last-modified", "vary"] { response.fields[name] = nil }
        response.fields.merge(fields)
        response.fields["cache-control"] = "no-store"
        response.fields["cross-origin-resource-policy"] = "same-origin"
        return response
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard request.isForThisMachine else { return .forAnotherMachine }
        guard request.path.hasUTF8Prefix(ScriptTag.folder) else { return site.respond(to: request) }
        guard OriginCheck.isOwn(request) else {
            return .text(403, "Only the preview's own pages may ask for this.")
        }
        let name = request.path.droppingUTF8Prefix(ScriptTag.folder) ?? ""
        if name == "events" { return events(request) }
        var script = request
        script.path = "/" + name
        return scripts.respond(to: script)
    }

    private func events(_ request: HTTPRequest) -> HTTPResponse {
        guard request.method == .get else {
            return .text(405, "Only GET is served here.", fields: ["allow": "GET"])
        }
        // The last event sent counts; before the first, the release with which the page was made.
        let known =
            request.fields["last-event-id"]
            ?? request.query.first { $0.name == "release" }?.value
        guard let stream = clients.connect(since: known.flatMap { Int($0) }) else {
            return .text(
                503, "Too many windows show this preview; close some.",
                fields: ["retry-after": "5"])
        }
        return HTTPResponse(
            200, fields: ["content-type": "text/event-stream", "x-accel-buffering": "no"],
            body: .stream(stream))
    }
}

extension HTTPServerConfiguration {
    fileprivate func reading(_ fields: Set<String>) -> HTTPServerConfiguration {
        var configuration = self
        configuration.requestFields.formUnion(fields)
        return configuration
    }
}
