import CommandLine
import Core
import TestSupport
import Testing

@Suite struct HelpTests {
    enum Page: String, CaseIterable {
        case program = ""
        case build, serve, why, psql, db
        case start = "db start"

        var arguments: [String] { rawValue.split(separator: " ").map(String.init) }
        var file: String {
            "help-" + (["robbieblocks"] + arguments).joined(separator: "-") + ".txt"
        }
    }

    private let snapshots = Snapshots(besides: #filePath)

    private func shown(_ arguments: [String]) throws -> String? {
        let outcome = try ExampleProgram.program.parse(arguments, version: "1.2.3")
        guard case .show(let text) = outcome else { return nil }
        return text
    }

    @Test(arguments: Page.allCases)
    func matchesTheSnapshot(_ page: Page) throws {
        let text = try #require(try shown(page.arguments + ["--help"]))
        #expect(try snapshots.difference(from: text, name: page.file) == nil)
    }

    @Test func noSnapshotIsOrphaned() throws {
        #expect(try snapshots.orphans(among: Page.allCases.map(\.file)) == [])
    }

    @Test(arguments: Page.allCases)
    func fitsIn80Columns(_ page: Page) throws {
        let text = try #require(try shown(page.arguments + ["-h"]))
        for line in text.split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    @Test func helpIsFoundInEverySpelling() throws {
        let help = try #require(try shown(["db", "start", "--help"]))
        #expect(try shown(["help", "db", "start"]) == help)
        #expect(try shown(["db", "start", "-h", "--nonsense"]) == help)
        #expect(try shown([]) == shown(["--help"]))
    }

    @Test func theVersionIsTheProgramsAlone() throws {
        #expect(try shown(["--version"]) == "robbieblocks 1.2.3\n")
        #expect(throws: (any Error).self) { try shown(["build", "--version"]) }
    }

    @Test func longWordsStayWhole() {
        let command = Command(
            "x", summary: "Try",
            options: [
                Option.flag(
                    "a-name-that-is-much-longer-than-the-column",
                    help: String(repeating: "w", count: 90))
            ]
        ) { _ in .success }
        #expect(command.help().contains("\n" + String(repeating: " ", count: 14) + "www"))
    }
}
