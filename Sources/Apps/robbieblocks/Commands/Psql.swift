import CommandLine
import Core
import FoundationEssentials
import PostgreSQL
import System

/// `robbieblocks psql`: runs PostgreSQL's own client, connected to the project's database.
enum Psql {
    static func command(_ console: Console) -> Command {
        Command(
            "psql", summary: "Open psql on the project's database",
            passthrough: .init("ARGS", help: "passed to psql unchanged"),
            examples: [
                .init("robbieblocks psql", "an interactive session"),
                .init(
                    "robbieblocks psql -- -c 'SELECT page_key FROM robbieblocks_pages'",
                    "one statement"),
            ]
        ) { invocation in
            let project = try Project.find()
            guard let psql = ChildProcess.find("psql", in: project.searchPath) else {
                throw Diagnostic(
                    .toolMissing, "psql is not installed", hint: "install postgresql-client")
            }
            let target = try project.database()
            let environment = ProcessInfo.processInfo.environment
                .merging(try target.environment()) { $1 }
            try ChildProcess.replace(
                with: psql, arguments: invocation.passthrough, environment: environment)
        }
    }
}
