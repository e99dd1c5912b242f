import Core
import SiteModel
import TestSupport

/// The site for tests of commands.
enum CommandSite {
    /// A component, and two pages, one of which has it.
    static let rows =
        Rows.component("card", code: "export default () => <p>card</p>")
        + Rows.page("home", route: "/", content: "first") + Rows.page("about", route: "/about/")
        + Rows.block(on: "about", "card")

    static func json(_ result: Program.Result) throws -> JSONValue {
        try JSONValue(parsing: result.output)
    }
}

extension TestSite {
    /// Runs a command for the node and its output folder, on the site's database.
    func command(_ arguments: String...) throws -> Program.Result {
        try Program.run(
            ProjectFolder.program, arguments + ["--node", node, "--output", output],
            environment: ["DATABASE_URL": database.url, "ROBBIEBLOCKS_HOME": ProjectFolder.path])
    }
}
