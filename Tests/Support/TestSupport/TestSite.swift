public import Build
public import Bundling
import Core
import Foundation
public import PostgreSQL
import System

/// A whole site for one test: its own database, its own output folder, the real pipeline.
///
/// ```swift
/// let site = try await TestSite("""
///     INSERT INTO robbieblocks_pages (page_key, app_namespace, page_name, page_route, content, status)
///     VALUES ('home', 'shared', 'Home', '/', '# Hi', 'published');
///     """)
/// let report = try await site.build()
/// #expect(try site.text("index.html").contains("<h1"))
/// ```
public final class TestSite: Sendable {
    public let database: TestDatabase
    public let folder: TestFolder
    public let node: String
    /// The folder with templates and branding: the project's, or a copy that may be edited.
    public let project: String
    /// Compiled code that the builders of all tests share, and the programs that they start.
    public static let cache = BundleCache(folder: ProjectFolder.path + "/.robbieblocks/cache")

    /// - Parameters:
    ///   - sql: rows beside the node itself and the shipped tokens.
    ///   - node: the node that is built; it has every app of the contract.
    ///   - database: nil makes one.
    ///   - copiesTemplates: whether the site has templates and branding of its own.
    public init(
        _ sql: String = "", node: String = "acme", database: TestDatabase? = nil,
        copiesTemplates: Bool = false
    ) async throws {
        if let database {
            self.database = database
        } else {
            self.database = try await TestDatabase()
        }
        folder = try TestFolder()
        self.node = node
        project = copiesTemplates ? folder.path : ProjectFolder.path
        if copiesTemplates {
            for name in ["templates", "branding"] {
                try FileManager.default.copyItem(
                    atPath: "\(ProjectFolder.path)/\(name)", toPath: "\(project)/\(name)")
            }
        }
        let connection = try self.database.connect()
        try connection.run(
            """
            INSERT INTO robbieblocks_node_branding
                (node_id, node_name, style_overrides, enabled_apps)
            VALUES (\(node), 'Acme', '{"theme": "light", "color.primary": "#3B82F6"}',
                '{shared,marketing,work,play,code}')
            """)
        let tokens = try Directory(ProjectFolder.path + "/database/seeds")
        try connection.run(
            script: String(decoding: try tokens.read("01-tokens.sql"), as: UTF8.self))
        if !sql.isEmpty { try connection.run(script: sql) }
    }

    /// The folder that holds the node's folder.
    public var output: String { folder.path + "/site-output" }
    /// The published site.
    public var current: String { "\(output)/\(node)/current" }

    /// Templates and branding, as they are now.
    public func library() throws -> TemplateLibrary {
        try TemplateLibrary(root: Directory(project))
    }

    /// - Parameter cache: kept compiled code, for tests that must have code compiled again.
    public func builder(
        database: ConnectionTarget? = nil, cache: BundleCache = TestSite.cache
    ) throws -> SiteBuilder {
        SiteBuilder(
            database: database ?? self.database.target,
            library: try library(),
            bundler: try AssetBundler(searchPath: "/usr/local/bin:/usr/bin:/bin", cache: cache),
            worker: ProjectFolder.worker)
    }

    /// Builds with the real program as render worker.
    @discardableResult
    public func build(
        cache: BundleCache = TestSite.cache, _ change: (inout BuildOptions) -> Void = { _ in }
    ) async throws -> BuildReport {
        var options = BuildOptions(node: node, output: output, workers: 1)
        options.compresses = false
        change(&options)
        return try await builder(cache: cache).build(options)
    }

    /// A published file's bytes.
    public func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(current)/\(path)")))
    }

    public func text(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    /// Every published file: path → bytes. The tree's own marker, which is never served, is none.
    public func files(in other: String? = nil) throws -> [String: [UInt8]] {
        let root = URL(fileURLWithPath: other ?? current).resolvingSymlinksInPath()
        var files: [String: [UInt8]] = [:]
        let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        while let url = walk?.nextObject() as? URL {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
                continue
            }
            if isFolder.boolValue || url.lastPathComponent == ".release" { continue }
            files[String(url.path.dropFirst(root.path.count + 1))] = Array(
                try Data(contentsOf: url))
        }
        return files
    }
}
