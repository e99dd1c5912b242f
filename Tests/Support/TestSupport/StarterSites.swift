import Build
import Bundling
import Foundation
import Operations
public import Publishing
import System

/// The starter content, built for each of its nodes and served by real nginx.
public struct StarterSites: Sendable {
    public static let nodes = ["testpilot", "vengeance-local", "aurora-town-local"]

    /// One node: what was published, and the nginx that serves it.
    public struct Served: Sendable {
        public let node: String
        /// `<output>/<node>`.
        public let folder: String
        public let manifest: Manifest
        public let server: NginxServer
        public var address: String { "http://127.0.0.1:\(server.port)" }

        /// The published bytes of a path; nil when there is no such file.
        public func bytes(_ path: String) -> [UInt8]? {
            FileManager.default.contents(atPath: "\(folder)/current/\(path)").map(Array.init)
        }
    }

    public let sites: [Served]
    public let database: TestDatabase
    /// The folder that holds a folder for each node.
    public var output: String { folder.path }
    private let folder: TestFolder

    public subscript(node: String) -> Served {
        get throws {
            guard let site = sites.first(where: { $0.node == node }) else {
                throw HTTPClient.Failure(description: "node '\(node)' was not built")
            }
            return site
        }
    }

    /// Builds and serves the nodes.
    ///
    /// - Parameters:
    ///   - sql: rows beside the starter content.
    ///   - chatPort: where nginx is to look for the chat service, if it is to.
    public static func start(
        _ sql: String = "", nodes: [String] = nodes, chatPort: Int? = nil
    ) async throws -> StarterSites {
        let database = try await TestDatabase()
        try database.loadStarterContent()
        if !sql.isEmpty { try database.run(sql) }
        let folder = try TestFolder()
        let builder = SiteBuilder(
            database: database.target,
            library: try TemplateLibrary(root: Directory(ProjectFolder.path)),
            bundler: try AssetBundler(
                searchPath: "/usr/local/bin:/usr/bin:/bin", cache: TestSite.cache),
            worker: ProjectFolder.worker)
        var sites: [Served] = []
        for node in nodes {
            let report = try await builder.build(
                BuildOptions(node: node, output: folder.path, workers: 2))
            guard case .published(let number) = report.outcome else {
                throw HTTPClient.Failure(
                    description: "\(node) was not published: \(report.diagnostics)")
            }
            let manifest = try SiteFolder(output: folder.path, node: node).manifest(of: number)
            let server = try await NginxServer.start { port in
                try NginxServerBlock(
                    node: node, domain: "localhost", output: folder.path,
                    listen: .init(address: "127.0.0.1", port: port),
                    chatPort: chatPort, hasBrotli: true
                ).text
            }
            sites.append(
                Served(
                    node: node, folder: "\(folder.path)/\(node)", manifest: manifest,
                    server: server))
        }
        return StarterSites(sites: sites, database: database, folder: folder)
    }
}
