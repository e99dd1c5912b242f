import Foundation
import System

/// A real nginx of a test's own: loopback, its own folder for everything it writes, one process, no
/// trace after it.
public final class NginxServer: Sendable {
    public static let executable = "/usr/sbin/nginx"
    public static let brotliModule = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"

    public let port: Int
    private let folder: TestFolder
    private let process: ChildProcess

    /// Starts nginx and waits until it answers.
    ///
    /// - Parameter block: the text to include in the `http` block, listening on the port given.
    /// - Throws: with what nginx wrote when it does not start.
    public static func start(
        _ block: (_ port: Int) throws -> String
    ) async throws -> NginxServer {
        var failure: any Error = HTTPClient.Failure(description: "nginx was not started")
        // Another process may take the port before nginx does.
        for _ in 0..<5 {
            let port = try freePort()
            do {
                let server = try NginxServer(port: port, block: block(port))
                try await server.waitUntilItAnswers()
                return server
            } catch let error as HTTPClient.Failure
                where error.description.contains("Address already in use")
            {
                failure = error
            }
        }
        throw failure
    }

    private init(port: Int, block: String) throws {
        self.port = port
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
        process.send(signal: SIGTERM)
        for _ in 0..<100 {
            guard waitpid(process.identifier, nil, WNOHANG) == 0 else { return }
            usleep(20_000)
        }
        process.send(signal: SIGKILL)
        process.wait()
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
        for _ in 0..<250 {
            guard waitpid(process.identifier, nil, WNOHANG) == 0 else {
                throw HTTPClient.Failure(description: "nginx ended: \(errors)")
            }
            if let answer = try? await send("GET", "/"),
                answer["server"]?.hasPrefix("nginx") == true
            {
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw HTTPClient.Failure(description: "nginx does not answer: \(errors)")
    }

    /// A loopback port that is not in use now.
    public static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw HTTPClient.Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
