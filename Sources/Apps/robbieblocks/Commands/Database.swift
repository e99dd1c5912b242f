import CommandLine
import Core
import PostgreSQL

/// `robbieblocks db start|stop|status`: the embedded PostgreSQL.
enum Database {
    private struct Answer: Encodable {
        /// `absent`, `stopped` or `running`.
        var status: String
        /// Whether `start` or `stop` changed the state.
        var isChanged: Bool?
        var process: Int?
        /// The folder of its socket, which clients accept as a host.
        var host: String
        var user = "robbieblocks"
        var database = "robbieverse"
        /// The database named by the environment, which commands use instead.
        var usedInstead: String?

        init(_ project: Project, _ server: EmbeddedServer, isChanged: Bool? = nil) {
            switch server.status() {
            case .absent: status = "absent"
            case .stopped: status = "stopped"
            case .running(let number): (status, process) = ("running", number)
            }
            self.isChanged = isChanged
            host = server.socketFolder
            usedInstead = project.namedDatabase.map { $0.place ?? "another database" }
        }
    }

    static func command(_ console: Console) -> Command {
        Command(
            "db", summary: "Start, stop or inspect the embedded PostgreSQL",
            subcommands: [
                Command(
                    "start", summary: "Start it", options: [Option.json],
                    examples: [.init("robbieblocks db start", "after a restart of the machine")]
                ) { invocation in
                    let project = try Project.find()
                    let server = try project.embeddedServer()
                    let started = try server.start()
                    if invocation[.json] {
                        let answer = Answer(project, server, isChanged: started)
                        try console.output.write(json: answer)
                        return .success
                    }
                    note(project, on: console)
                    console.output.writeLine(started ? "Started." : "Already running.")
                    return .success
                },
                Command(
                    "stop", summary: "Stop it after running statements have ended",
                    options: [Option.json],
                    examples: [.init("robbieblocks db stop", "before copying its folder")]
                ) { invocation in
                    let project = try Project.find()
                    let server = try project.embeddedServer()
                    let stopped = try server.stop()
                    if invocation[.json] {
                        let answer = Answer(project, server, isChanged: stopped)
                        try console.output.write(json: answer)
                        return .success
                    }
                    console.output.writeLine(stopped ? "Stopped." : "Already stopped.")
                    return .success
                },
                Command(
                    "status", summary: "Show whether it is running, and how to connect",
                    discussion: "Exits with 3 when it is not running.",
                    options: [Option.json],
                    examples: [.init("robbieblocks db status", "the address for other clients")]
                ) { invocation in
                    let project = try Project.find()
                    let server = try project.embeddedServer()
                    if invocation[.json] {
                        let answer = Answer(project, server)
                        try console.output.write(json: answer)
                        return answer.process == nil ? .environment : .success
                    }
                    note(project, on: console)
                    switch server.status() {
                    case .absent:
                        console.output.writeLine(
                            "There is no embedded server yet: run robbieblocks init.")
                        return .environment
                    case .stopped:
                        console.output.writeLine("Stopped.")
                        return .environment
                    case .running(let process):
                        console.output.writeLine("Running as process \(process).")
                        console.output.writeLine(
                            "psql \"host=\(server.socketFolder) user=robbieblocks "
                                + "dbname=robbieverse\"")
                    }
                    return .success
                },
            ],
            examples: [.init("robbieblocks db status", "whether it is running")])
    }

    /// Prints that commands use another database than this one.
    private static func note(_ project: Project, on console: Console) {
        guard let target = project.namedDatabase else { return }
        let place = target.place.map { " the database \($0)" } ?? " another database"
        console.output.writeLine("Commands use another database: \(target.origin)\(place).")
    }
}
