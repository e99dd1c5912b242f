import Core
import Foundation
import System
import TestSupport
import Testing

/// docs/reference.md has every code, every option and every field, and docs/chat.md every limit.
@Suite struct ReferenceTests {
    private let text: String

    init() throws { text = try ProjectFolder.text(of: "docs/reference.md") }

    @Test(arguments: Diagnostic.Code.allCases)
    func everyCodeIsExplained(_ code: Diagnostic.Code) {
        #expect(text.contains("\n| `\(code.rawValue)` |"))
    }

    /// Every command with every option, as the program's own help lists them.
    @Test func everyOptionIsListed() async throws {
        let reader = try await Reader()
        let commands = try await names(in: reader, "robbieblocks --help", under: "Commands:")
        #expect(commands.contains("build"))
        for command in commands {
            let row = text.split(separator: "\n").first { $0.hasPrefix("| `\(command)") }
            let words = try #require(row, "the table of commands lacks '\(command)'")
            let options = try await names(
                in: reader, "robbieblocks \(command) --help", under: "Options:")
            #expect(options.contains("-h,"))
            for option in options where option.hasPrefix("--") {
                #expect(words.contains("`\(option)"), "\(command) \(option)")
            }
        }
    }

    /// Every field that a command prints with `--json`, as the sources declare them.
    @Test(arguments: [
        ("build", "BuildPrinter.swift", "NodeReport"),
        ("watch", "WatchPrinter.swift", "Line"),
        ("status", "../Operations/Status/StatusReport.swift", "StatusReport"),
        ("releases", "Commands/Releases.swift", "Line"),
        ("why", "Commands/Why.swift", "Answer"),
        ("verify", "Commands/Verify.swift", "Answer"),
        ("nodes", "Commands/Nodes.swift", "Line"),
        ("page add", "Commands/PageCommand.swift", "Answer"),
        ("plan", "Commands/Plan.swift", "Page"),
        ("rollback", "Commands/Rollback.swift", "Answer"),
        ("db start", "Commands/Database.swift", "Answer"),
    ])
    func everyFieldIsListed(_ command: String, _ file: String, _ type: String) throws {
        let row = try #require(
            text.split(separator: "\n").first { $0.hasPrefix("| `\(command) --json`") })
        let lines = try ProjectFolder.text(of: "Sources/Apps/robbieblocks/\(file)")
            .split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(
            lines.firstIndex { $0.contains("struct \(type): Encodable {") }, "\(file)")
        let margin = lines[start].prefix { $0 == " " }
        var body = Array(lines[start...].prefix { $0 != margin + "}" })
        // Private types of the report are not printed.
        while let begin = body.dropFirst().firstIndex(where: { $0.contains("private struct ") }) {
            let end = body[begin...].firstIndex(of: margin + "    }") ?? begin
            body.removeSubrange(begin...end)
        }
        let fields = body.compactMap { $0.firstMatch(of: /^ +(?:public )?var (\w+):/)?.output.1 }
        #expect(fields.count > 4)
        for field in fields { #expect(row.contains("`\(field)`"), "\(command): \(field)") }
    }

    /// The shell is offered them with their numbers, and so is the reader.
    @Test func everyLimitOfTheChatIsListed() async throws {
        let reader = try await Reader()
        let limits = try await reader.run("robbieblocks complete limits").lines
        #expect(limits.count > 8)
        let guide = try ProjectFolder.text(of: "docs/chat.md")
        for limit in limits {
            let parts = limit.split(separator: "=")
            #expect(guide.contains("\n| `\(parts[0])` | \(parts[1]) |"), "\(limit)")
        }
    }

    @Test func everyMigrationIsListed() throws {
        let list = try ProjectFolder.text(of: "database/README.md")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: ProjectFolder.path + "/database/migrations")
        #expect(names.count > 15)
        for name in names {
            // A contract file is named with two digits, as admins know it.
            let short = name.hasPrefix("00") ? String(name.dropFirst(2)) : name
            #expect(list.contains("`\(name)`") || list.contains("`\(short)`"), "\(name)")
        }
    }

    /// The first words of the entries below a heading of the help text.
    private func names(
        in reader: Reader, _ call: String, under heading: String
    ) async throws -> [Substring] {
        let result = try await reader.run(call)
        #expect(result.ending == .exited(0))
        let entries = result.lines.drop { $0 != heading }.dropFirst().prefix { $0.hasPrefix("  ") }
        return entries.filter { !$0.hasPrefix("   ") }.compactMap { $0.split(separator: " ").first }
    }
}
