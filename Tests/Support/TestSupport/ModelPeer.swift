import Core
import Foundation
import SiteModel
import System

/// A running server of scripted models; `Tests/Support/ModelPeer` says what it can do. It ends with its last
/// owner, and when this process does.
public final class ModelPeer: Sendable {
    public let port: Int
    private let process: ChildProcess
    /// The peer ends when this is closed.
    private let lifeline: FileHandle

    /// Where Ollama's and Anthropic's interfaces begin.
    public var url: String { "http://127.0.0.1:\(port)" }
    /// Where OpenAI's begins.
    public var openAIURL: String { url + "/v1" }

    public static func start() throws -> ModelPeer { try ModelPeer() }

    private init() throws {
        let (input, output) = (Pipe(), Pipe())
        let folder = URL(fileURLWithPath: ProjectFolder.program).deletingLastPathComponent()
        process = try ChildProcess(
            executable: folder.appendingPathComponent("ModelPeer").path, arguments: [],
            environment: [:], workingFolder: "/",
            streams: .init(
                input: input.fileHandleForReading.fileDescriptor,
                output: output.fileHandleForWriting.fileDescriptor))
        try output.fileHandleForWriting.close()
        lifeline = input.fileHandleForWriting
        // No other child of this process may hold it open.
        _ = fcntl(lifeline.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.split(separator: "\n").first ?? "") else {
            throw HTTPClient.Failure(description: "the model peer did not start: \(line)")
        }
        self.port = port
    }

    deinit {
        process.send(signal: SIGKILL)
        process.wait()
    }

    /// The questions to one model, or to all.
    public struct Counts: Hashable, Sendable {
        public var requests: Int
        public var open: Int
        public var completed: Int
        public var cancelled: Int

        init(_ value: JSONValue?) {
            func count(_ name: String) -> Int { Int(value?[name]?.number ?? 0) }
            requests = count("requests")
            open = count("open")
            completed = count("completed")
            cancelled = count("cancelled")
        }
    }

    public func counts(of model: String? = nil) async throws -> Counts {
        let answer = try await HTTPClient(port: port).send("GET", "/stats")
        let value = try JSONValue(parsing: answer.text)
        return Counts(model.map { value["models"]?[$0] } ?? value)
    }

    /// How many connections were accepted, those for `counts` and this one included.
    public func connections() async throws -> Int {
        let answer = try await HTTPClient(port: port).send("GET", "/stats")
        return Int(try JSONValue(parsing: answer.text)["connections"]?.number ?? 0)
    }

    /// Asks until the counts are as expected.
    ///
    /// - Returns: the counts; the last ones seen when they never became so, which takes far longer
    ///   than a busy machine needs.
    public func counts(
        of model: String, _ expected: (Counts) -> Bool
    ) async throws -> Counts {
        var last = try await counts(of: model)
        try? await waitUntil("the counts are as expected", every: .milliseconds(10)) {
            if expected(last) { return true }
            last = try await counts(of: model)
            return false
        }
        return last
    }
}
