import CommandLineParsing
import Diagnostics
import PostgreSQL

/// `robbieblocks db start|stop|status`: the embedded PostgreSQL.
enum Database {
    static func command(_ console: Console) -> Command {
        Command(
            "db", summary: "Start, stop or look at the embedded PostgreSQL",
            subcommands: [
                Command("start", summary: "Start it") { _ in
                    let project = try Project.find()
                    if project.namedDatabase != nil {
                        console.output.writeLine(
                            "The environment names another database; that one is used.")
                    }
                    let server = try project.embeddedServer()
                    let started = try server.start()
                    console.output.writeLine(started ? "Started." : "It was running.")
                    return .success
                },
                Command("stop", summary: "Stop it after the statements under way") { _ in
                    let stopped = try Project.find().embeddedServer().stop()
                    console.output.writeLine(stopped ? "Stopped." : "It was not running.")
                    return .success
                },
                Command("status", summary: "Say whether it runs, and how to connect") { _ in
                    let project = try Project.find()
                    if project.namedDatabase != nil {
                        console.output.writeLine(
                            "The environment names another database; that one is used.")
                    }
                    let server = try project.embeddedServer()
                    switch server.status() {
                    case .absent:
                        console.output.writeLine("There is none yet: run robbieblocks init.")
                    case .stopped: console.output.writeLine("Stopped.")
                    case .running(let process):
                        console.output.writeLine(
                            """
                            Running as process \(process).
                            psql "host=\(server.socketFolder) user=robbieblocks dbname=robbieverse"
                            """)
                    }
                    return .success
                },
            ])
    }
}
