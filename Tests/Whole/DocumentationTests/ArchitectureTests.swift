import Foundation
import System
import TestSupport
import Testing

/// The names in the documents exist.
@Suite struct ArchitectureTests {
    private static let documents: [String] = {
        let folder = ProjectFolder.path + "/docs/decisions"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return ["ARCHITECTURE.md"] + names.sorted().map { "docs/decisions/\($0)" }
    }()

    /// The texts between backticks outside fenced blocks, with their lines.
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
        #expect(index.has("NginxServerBlock", of: "Operations"))
        #expect(!index.has("built", of: "SiteBuilder"))
        #expect(!index.has("build", of: "SiteBilder"))
    }

    /// The table of targets says what Package.swift says.
    @Test func theTargetsAreThoseOfThePackage() throws {
        let package = try PackageGraph()
        #expect(Set(package.programs) == ["robbieblocks", "RenderWorker"])
        #expect(package.targets.count > 12)
        var described: [String: PackageGraph.Target] = [:]
        for line in try ProjectFolder.text(of: "ARCHITECTURE.md").split(separator: "\n") {
            guard
                let row = line.wholeMatch(of: /\| (\w+) \| `(\w+)` \| [^|]+ \|((?: `\w+`)*) \|/)
            else { continue }
            let imports = row.output.3.split(separator: " ").map { $0.dropFirst().dropLast() }
            described[String(row.output.2)] = PackageGraph.Target(
                layer: row.output.1.lowercased(), imports: Set(imports.map { String($0) }))
        }
        for (name, target) in package.targets {
            #expect(described[name] == target, "ARCHITECTURE.md, row of '\(name)'")
        }
        #expect(Set(described.keys) == Set(package.targets.keys))
    }

    @Test func thePictureIsThatOfThePackage() throws {
        let drawn = try ChildProcess.run(
            executable: "/usr/bin/python3",
            arguments: [ProjectFolder.path + "/scripts/python/architecture_picture.py", "--check"],
            environment: [:], deadline: 60)
        #expect(drawn.ending == .exited(0), "\(String(decoding: drawn.error, as: UTF8.self))")
    }

    /// Arrows go one way: a target imports from its own layer and from those before it.
    @Test func noLayerImportsALaterOne() throws {
        let package = try PackageGraph()
        let layers = ["c", "platform", "site", "chat", "apps"]
        for (name, target) in package.targets {
            let own = try #require(layers.firstIndex(of: target.layer), "\(name)")
            #expect(
                FileManager.default.fileExists(
                    atPath: "\(ProjectFolder.path)/Sources/\(target.layer.capitalized)/\(name)"))
            for imported in target.imports {
                let layer = package.targets[imported]?.layer ?? "c"
                #expect(
                    layers.firstIndex(of: layer).map { $0 <= own } == true,
                    "\(name) imports \(imported)")
            }
        }
    }

    /// The program that runs code from rows links what it needs, and nothing that starts processes, opens
    /// sockets or files, or has keys.
    @Test func theWorkerLinksWhatItMayUse() throws {
        let package = try PackageGraph()
        var linked: Set<String> = []
        var waiting = ["RenderWorker"]
        while let next = waiting.popLast() {
            for imported in package.targets[next]?.imports ?? [] where !linked.contains(imported) {
                linked.insert(imported)
                waiting.append(imported)
            }
        }
        #expect(
            linked == [
                "HTML", "SiteModel", "RenderProtocol", "Markdown", "RenderEngine", "CCMarkGFM",
                "CJavaScriptCore", "CLinux",
            ])
    }
}
