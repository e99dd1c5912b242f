import Diagnostics
import SystemSupport
import TestSupport
import Testing

/// What the README shows is what happens.
@Suite struct ReadmeTests {
    private let text: String

    init() throws { text = try ProjectFolder.text(of: "README.md") }

    @Test func theWalkCanBeWalked() async throws {
        let walk = try Walk(text)
        #expect(walk.steps.count >= 6)
        let reader = try await Reader()
        for step in walk.steps {
            switch step.action {
            case .run(let exit):
                let result = try await reader.run(step.script)
                let place = Comment(rawValue: "README.md:\(step.line): \(result.lines)")
                try #require(result.ending == .exited(exit), place)
                let printed = Set(result.lines.map(Walk.comparable))
                for line in step.prints {
                    #expect(printed.contains(Walk.comparable(line)), "'\(line)', \(place)")
                }
            case .serve(let path, let expected):
                let answer = try await reader.ask(path, of: step.script)
                #expect(answer.status == 200)
                #expect(answer.text.contains(expected), "README.md:\(step.line)")
            }
        }
    }

    @Test func numbersOfMachinesAreNotCompared() throws {
        #expect(Walk.comparable("release 2, 245 files, 1.5 MiB ") == "release 2, # files, # MiB")
        #expect(Walk.comparable("react_code:6:16: it threw") == "react_code:6:16: it threw")
        #expect(throws: Walk.Malformed.self) { try Walk("<!-- run -->\nno block\n") }
        #expect(throws: Walk.Malformed.self) { try Walk("<!-- walk -->\n```sh\ntrue\n```\n") }
    }

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
