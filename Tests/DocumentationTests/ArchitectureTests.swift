import Foundation
import TestSupport
import Testing

/// What the documents name is there.
@Suite struct ArchitectureTests {
    private static let documents: [String] = {
        let folder = ProjectFolder.path + "/docs/decisions"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return ["ARCHITECTURE.md"] + names.sorted().map { "docs/decisions/\($0)" }
    }()

    /// What stands between backticks outside fenced blocks, with its line.
    private static func words(of document: String) throws -> [(word: String, line: Int)] {
        var words: [(String, Int)] = []
        var isFenced = false
        let lines = try ProjectFolder.text(of: document).split(
            separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("```") { isFenced.toggle() }
            if isFenced { continue }
            let parts = line.split(separator: "`", omittingEmptySubsequences: false)
            for (number, part) in parts.enumerated() where number % 2 == 1 {
                words.append((String(part), index + 1))
            }
        }
        return words
    }

    @Test(arguments: documents)
    func everyFileExists(_ document: String) throws {
        let folders = ["Sources", "Tests", "templates", "database", "branding", "scripts", "docs"]
        var count = 0
        for (word, line) in try Self.words(of: document) {
            guard let slash = word.firstIndex(of: "/"), folders.contains(String(word[..<slash])),
                !word.contains("<"), !word.contains("*")
            else { continue }
            count += 1
            #expect(
                FileManager.default.fileExists(atPath: "\(ProjectFolder.path)/\(word)"),
                "\(document):\(line): there is no '\(word)'")
        }
        if document == "ARCHITECTURE.md" { #expect(count > 8) }
    }

    @Test(arguments: documents)
    func everyIdentifierIsDeclared(_ document: String) throws {
        let index = try SourceIndex.shared.get()
        var count = 0
        for (word, line) in try Self.words(of: document) {
            let place = Comment(rawValue: "\(document):\(line): '\(word)' is not declared")
            if let match = word.wholeMatch(of: /([A-Z][A-Za-z0-9]+)\.([A-Za-z][A-Za-z0-9]*)/),
                !["md", "swift"].contains(match.output.2)
            {
                count += 1
                #expect(index.has(match.output.2, of: match.output.1), place)
            } else if word.wholeMatch(of: /(?:[A-Z]+[a-z0-9]+){2,}[A-Z]*/) != nil {
                count += 1
                #expect(index.has(type: word) || index.targets.contains(word), place)
            }
        }
        if document == "ARCHITECTURE.md" { #expect(count > 40) }
    }

    @Test func nothingThatDoesNotExistIsFound() throws {
        let index = try SourceIndex.shared.get()
        #expect(index.has("build", of: "SiteBuilder"))
        #expect(index.has("NginxServerBlock", of: "Deployment"))
        #expect(!index.has("built", of: "SiteBuilder"))
        #expect(!index.has("build", of: "SiteBilder"))
    }

    /// The two tables of targets say what Package.swift says.
    @Test func theTargetGraphIsThatOfThePackage() throws {
        let package = try ProjectFolder.text(of: "Package.swift")
        var declared: [String: Set<String>] = [:]
        let calls = package.matches(of: /(?:library|wrapper)\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?/)
        for call in calls { declared[String(call.output.1)] = Self.quoted(call.output.2 ?? "") }
        let programs = package.matches(
            of: /executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\],\s*swiftSettings/)
        for program in programs {
            declared[String(program.output.1)] = Self.quoted(program.output.2)
        }
        #expect(Set(programs.map(\.output.1)) == ["robbieblocks", "RenderWorker"])
        #expect(declared.count > 12)

        var described: [String: Set<String>] = [:]
        for line in try ProjectFolder.text(of: "ARCHITECTURE.md").split(separator: "\n") {
            guard let row = line.wholeMatch(of: /\| `(\w+)` \|((?: `\w+`)*) \|/) else { continue }
            described[String(row.output.1)] = Set(
                row.output.2.split(separator: " ").map { String($0.dropFirst().dropLast()) })
        }
        for (target, imports) in declared {
            #expect(described[target] == imports, "ARCHITECTURE.md, row of '\(target)'")
        }
        #expect(Set(described.keys) == Set(declared.keys))
    }

    private static func quoted(_ list: Substring) -> Set<String> {
        Set(list.matches(of: /"(\w+)"/).map { String($0.output.1) })
    }
}
