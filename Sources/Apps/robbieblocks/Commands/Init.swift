import CommandLine
import Content
import Core
import PostgreSQL
import SiteModel
import System

/// `robbieblocks init`: creates the database, its schema and the initial content.
enum Init {
    private static let schemaOnly = Option.flag(
        "schema-only", help: "create the schema and load no content")

    static func command(_ console: Console) -> Command {
        Command(
            "init", summary: "Create the database, its schema and the starter content",
            discussion: """
                Starts the embedded PostgreSQL unless DATABASE_URL or a PG* variable names another \
                server; on a named server, creates the database if it does not exist. Applies \
                missing migrations and adds the starter content. Existing rows are never changed, \
                so running it again is safe.
                """,
            options: [schemaOnly],
            examples: [.init("robbieblocks init", "on a new machine")]
        ) { invocation in
            let project = try Project.find()
            let target = try project.database(creating: true, notingOn: console)
            if let name = try target.createDatabase() {
                console.output.writeLine("Created the database '\(name)'.")
            }
            let connection = try Connection(to: target)
            let migrations = try Migrations(
                folder: Directory(project.root.path + "/database/migrations"))
            var notes: [String] = []
            let applied = try migrations.apply(on: connection) { notes.append($0) }
            console.output.writeLine(
                applied.isEmpty
                    ? "The schema is up to date." : "Applied \(applied.joined(separator: ", ")).")
            for note in notes { console.output.writeLine("Note: \(note).") }
            let faults = try connection.run("SELECT node_id FROM robbieblocks_node_branding")
                .map { try $0.value(0, as: String.self) }.compactMap(Node.fault(inID:))
            if !faults.isEmpty {
                let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
                console.errors.write(printer.text(for: faults))
            }
            if !invocation[schemaOnly] {
                let seeds = try Seeds(folder: Directory(project.root.path + "/database/seeds"))
                let count = try seeds.load(on: connection)
                console.output.writeLine(
                    count == 0
                        ? "The starter content is complete." : "Added \(count) rows of content.")
            }
            return .success
        }
    }
}
