import Synchronization
import TestSupport

@testable import Operations

/// A site of a test's own, published as the program does it, and its preview.
final class PreviewedSite: Sendable {
    private struct State {
        var files: [String: String] = [:]
        var release = 0
        var running: RunningPreview?
    }

    let folder: TestFolder
    private let state = Mutex(State())

    /// - Parameter files: the first release; when there are none, nothing is published yet.
    init(_ files: [String: String] = [:]) throws {
        folder = try TestFolder()
        if !files.isEmpty { try publish(files) }
    }

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

    func send(_ event: PreviewEvent) { state.withLock { $0.running }?.preview.send(event) }

    /// Starts the preview.
    ///
    /// - Parameters:
    ///   - port: 0 takes a free one.
    /// - Returns: the port.
    @discardableResult
    func start(
        port: Int = 0, clientLimit: Int = 64, heartbeat: Duration = .seconds(15)
    ) async throws -> Int {
        let release = release
        let running = try await RunningPreview.start(
            site: folder.path + "/current", port: port, release: release == 0 ? nil : release,
            clientLimit: clientLimit, heartbeat: heartbeat)
        state.withLock { $0.running = running }
        return running.port
    }

    /// Ends the preview and waits until its port is free.
    func stop() async throws {
        let running = state.withLock { state in
            defer { state.running = nil }
            return state.running
        }
        try await running?.stop()
    }
}
