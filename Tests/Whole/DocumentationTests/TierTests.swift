import Foundation
import TestSupport
import Testing

/// The list of what is left to `make soak` names what there is: a suite of another name would be run
/// by `make test`, and a misspelt one by neither.
@Suite struct TierTests {
    private static let lines: Result<[String], any Error> = Result {
        try ProjectFolder.text(of: "Tests/soak-suites.txt")
            .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    @Test func everyLineNamesASuiteOrATest() throws {
        let lines = try Self.lines.get()
        #expect(lines.count > 40)
        #expect(Set(lines).count == lines.count)
        let sources = try Self.sources()
        for line in lines {
            let parts = line.split(whereSeparator: { $0 == "." || $0 == "/" }).map(String.init)
            try #require(parts.count == 2 || parts.count == 3, "\(line)")
            let files = sources.filter { $0.module == parts[0] }
            let isDeclared = files.contains {
                $0.text.contains("struct \(parts[1]) ") || $0.text.contains("class \(parts[1]) ")
            }
            #expect(isDeclared, "no suite \(line)")
            guard parts.count == 3 else { continue }
            let hasTest = files.contains { $0.text.contains("func \(parts[2])(") }
            #expect(hasTest, "no test \(line)")
        }
    }

    private static func sources() throws -> [(module: String, text: String)] {
        let root = ProjectFolder.path + "/Tests"
        return try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { $0.hasSuffix(".swift") }
            .map { path in
                // Tests/<layer>/<module>/…
                (
                    path.split(separator: "/").dropFirst().first.map(String.init) ?? "",
                    try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
                )
            }
    }
}
