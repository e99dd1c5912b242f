import HTTP
import TestSupport

@testable import Operations

/// A preview that listens, with the headers of the deployment; it ends with its last owner.
final class RunningPreview: Sendable {
    let preview: LivePreview
    let port: Int
    private let task: Task<Void, any Error>

    static func start(
        site: String, port: Int = 0, release: Int?, service: HTTPService? = nil,
        clientLimit: Int = 64,
        heartbeat: Duration = .seconds(15)
    ) async throws -> RunningPreview {
        var fields = HTTPFields()
        for header in SecurityHeaders.standard.all { fields[header.name] = header.value }
        let preview = LivePreview(
            site: site, scripts: ProjectFolder.path + "/templates/preview", port: port,
            fields: fields, release: release, service: service, clientLimit: clientLimit,
            heartbeat: heartbeat)
        let (addresses, started) = AsyncStream.makeStream(of: ServerAddress.self)
        let task = Task {
            defer { started.finish() }
            try await preview.run(AsyncStream<PreviewEvent> { $0.finish() }) { started.yield($0) }
        }
        for await address in addresses {
            return RunningPreview(preview, port: address.port, task)
        }
        try await task.value
        throw HTTPClient.Failure(description: "the preview ended before it listened")
    }

    private init(_ preview: LivePreview, port: Int, _ task: Task<Void, any Error>) {
        self.preview = preview
        self.port = port
        self.task = task
    }

    deinit { task.cancel() }

    /// Ends the preview and waits until its port is free.
    func stop() async throws {
        task.cancel()
        try await task.value
    }
}
