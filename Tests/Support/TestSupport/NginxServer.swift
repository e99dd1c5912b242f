import Foundation
import System

/// A real nginx of a test's own: a reserved port of loopback, a folder for everything it writes, one
/// process, no trace after it.
public final class NginxServer: Sendable {
    public static let executable = "/usr/sbin/nginx"
    public static let brotliModule = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"

    public var port: Int { reserved.port }
    private let reserved: ReservedPort
    private let folder: TestFolder
    private let process: ChildProcess

    /// Starts nginx and waits until it answers.
    ///
    /// - Parameter block: the text to include in the `http` block, listening on the port given.
    /// - Throws: with what nginx wrote when it does not start.
    public static func start(
        _ block: (_ port: Int) throws -> String
    ) async throws -> NginxServer {
        let reserved = try ReservedPort()
        let server = try NginxServer(at: reserved, block: block(reserved.port))
        try await server.waitUntilItAnswers()
        return server
    }

    private init(at reserved: ReservedPort, block: String) throws {
        self.reserved = reserved
        let folder = try TestFolder()
        self.folder = folder
        try folder.write("site.conf", block)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/temp", withIntermediateDirectories: false)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "    \($0)_temp_path \(folder.path)/temp/\($0);\n" }.joined()
        try folder.write(
            "nginx.conf",
            """
            load_module \(Self.brotliModule);
            daemon off;
            master_process off;
            pid \(folder.path)/nginx.pid;
            error_log \(folder.path)/errors warn;
            events {}
            http {
                access_log off;
            \(temporary)    include \(folder.path)/site.conf;
            }

            """)
        process = try ChildProcess(
            executable: Self.executable,
            arguments: [
                "-p", folder.path, "-c", folder.path + "/nginx.conf", "-e",
                folder.path + "/errors",
            ], environment: [:])
    }

    deinit {
        process.end()
    }

    /// Sends one request on a connection of its own and reads the whole answer.
    public func send(
        _ method: String = "GET", _ target: String, headers: [String: String] = [:],
        body: [UInt8] = []
    ) async throws -> HTTPAnswer {
        try await HTTPClient(port: port).send(method, target, headers: headers, body: body)
    }

    /// What nginx has complained of so far.
    public var errors: String {
        (try? String(contentsOfFile: folder.path + "/errors", encoding: .utf8)) ?? ""
    }

    private func waitUntilItAnswers() async throws {
        do {
            try await waitUntil("nginx answers") {
                guard !process.hasEnded else {
                    throw HTTPClient.Failure(description: "nginx ended")
                }
                let answer = try? await send("GET", "/")
                return answer?["server"]?.hasPrefix("nginx") == true
            }
        } catch {
            throw HTTPClient.Failure(description: "\(error): \(errors)")
        }
    }
}
