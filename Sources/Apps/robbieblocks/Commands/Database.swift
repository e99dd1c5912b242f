import CommandLine
import Core
import PostgreSQL

/// `robbieblocks db start|stop|status`: the embedded PostgreSQL.
enum Database {
    static func command(_ console: Console) -> Command {
        Command(
            "db", summary: "Start, stop or look at the embedded PostgreSQL",
            subcommands: [
                Command(
                    "start", summary: "Start it",
                    examples: [.init("robbieblocks db start", "after the machine was restarted")]
                ) { _ in
                    let project = try Project.find()
                    note(project, on: console)
                    let server = try project.embeddedServer()
                    let started = try server.start()
                    console.output.writeLine(started ? "Started." : "It was running.")
                    return .success
                },
                Command(
                    "stop", summary: "Stop it after the statements under way",
                    examples: [.init("robbieblocks db stop", "before its folder is copied")]
                ) { _ in
                    let stopped = try Project.find().embeddedServer().stop()
                    console.output.writeLine(stopped ? "Stopped." : "It was not running.")
                    return .success
                },
                Command(
                    "status", summary: "Say whether it runs, and how to connect",
                    discussion: "Exits with 3 when it does not run.",
                    examples: [.init("robbieblocks db status", "the address for other clients")]
                ) { _ in
                    let project = try Project.find()
                    note(project, on: console)
                    let server = try project.embeddedServer()
                    switch server.status() {
                    case .absent:
                        console.output.writeLine("There is none yet: run robbieblocks init.")
                        return .environment
                    case .stopped:
                        console.output.writeLine("Stopped.")
                        return .environment
                    case .running(let process):
                        console.output.writeLine(
                            """
                            Running as process \(process).
                            psql "host=\(server.socketFolder) user=robbieblocks dbname=robbieverse"
                            """)
                    }
                    return .success
                },
            ],
            examples: [.init("robbieblocks db status", "does it run?")])
    }

    /// Says that commands use another database than this one.
    private static func note(_ project: Project, on console: Console) {
        guard let target = project.namedDatabase else { return }
        let place = target.place.map { " the database \($0)" } ?? " another database"
        console.output.writeLine("Commands use another database: \(target.origin)\(place).")
    }
}
