import Deployment
import Foundation
import Synchronization
import TestSupport
import WebServer

@testable import LivePreview

/// A site of a test's own, published as the program does it, and its preview.
final class PreviewedSite: Sendable {
    private struct State {
        var files: [String: String] = [:]
        var release = 0
        var preview: LivePreview?
        var task: Task<Void, any Error>?
    }

    let folder: TestFolder
    private let state = Mutex(State())

    /// - Parameter files: the first release; when there are none, nothing is published yet.
    init(_ files: [String: String] = [:]) throws {
        folder = try TestFolder()
        if !files.isEmpty { try publish(files) }
    }

    deinit { state.withLock { $0.task?.cancel() } }

    var release: Int { state.withLock { $0.release } }

    /// Writes a release that differs from the last one by these files, makes it live, and says so.
    ///
    /// - Parameter files: path → text; nil takes the file away.
    func publish(_ files: [String: String?]) throws {
        let (release, all) = state.withLock { state in
            state.release += 1
            for (path, text) in files { state.files[path] = text }
            return (state.release, state.files)
        }
        for (path, text) in all { try folder.write("trees/\(release)/\(path)", text) }
        try folder.swap("current", to: "trees/\(release)")
        send(.published(release: release, changed: Set(files.keys)))
    }

    func send(_ event: PreviewEvent) { state.withLock { $0.preview }?.send(event) }

    /// Starts the preview.
    ///
    /// - Parameters:
    ///   - port: 0 takes a free one.
    /// - Returns: the port.
    @discardableResult
    func start(
        port: Int = 0, clientLimit: Int = 64, heartbeat: Duration = .seconds(15)
    ) async throws -> Int {
        var fields = HTTPFields()
        for header in SecurityHeaders.standard.all { fields[header.name] = header.value }
        let release = release
        let preview = LivePreview(
            site: folder.path + "/current", scripts: ProjectFolder.path + "/templates/preview",
            port: port, fields: fields, release: release == 0 ? nil : release,
            clientLimit: clientLimit, heartbeat: heartbeat)
        let (addresses, started) = AsyncStream.makeStream(of: ServerAddress.self)
        let task = Task {
            defer { started.finish() }
            try await preview.run(AsyncStream<PreviewEvent> { $0.finish() }) { started.yield($0) }
        }
        state.withLock { ($0.preview, $0.task) = (preview, task) }
        for await address in addresses { return address.port }
        try await task.value
        throw HTTPClient.Failure(description: "the preview ended before it listened")
    }

    /// Ends the preview and waits until its port is free.
    func stop() async throws {
        let task = state.withLock { state in
            defer { (state.preview, state.task) = (nil, nil) }
            return state.task
        }
        task?.cancel()
        try await task?.value
    }
}
