import Foundation
import TestSupport
import Testing

@testable import Core
@testable import SiteModel

/// Every key of a row's `metadata` and of a settings file that the program reads is in the guide for
/// admins, and no other.
@Suite struct MetadataKeyTests {
    private let guide: String

    init() throws { guide = try ProjectFolder.text(of: "docs/admin.md") }

    /// The words in the first column of the first table below a text.
    private func keys(below text: String) throws -> Set<String> {
        let start = try #require(guide.range(of: text), "docs/admin.md lacks '\(text)'")
        let lines = guide[start.upperBound...].split(
            separator: "\n", omittingEmptySubsequences: false)
        let rows = lines.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
        return Set(
            rows.flatMap { row in
                let cell = row.split(separator: "|").first ?? ""
                return cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                    .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            })
    }

    /// Returns the matches of a pattern with one group in the sources of a target.
    private func found(
        _ pattern: Regex<(Substring, Substring)>, in folder: String
    ) throws -> Set<String> {
        let path = ProjectFolder.path + "/" + folder
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        var keys: Set<String> = []
        for name in names where name.hasSuffix(".swift") {
            let text = try ProjectFolder.text(of: "\(folder)/\(name)")
            for match in text.matches(of: pattern) { keys.insert(String(match.output.1)) }
        }
        return keys
    }

    @Test func keysOfPages() throws {
        #expect(try keys(below: "**Metadata of a page**") == Set(PageMetadata.names))
        // The keys that SQL reads of the column; `hydrate` belongs to components.
        let read = try found(/metadata ->>? '([a-z_]+)'/, in: "Sources/Site/Content")
        #expect(read.contains("menu"))
        #expect(read.subtracting(PageMetadata.names) == ["hydrate"])
        #expect(guide.contains("`hydrate`"))
    }

    @Test func keysOfNodes() throws {
        #expect(try keys(below: "**A node**") == Set(Node.metadataNames))
        let read = try found(/[^.a-z]metadata\["([a-z_]+)"\]/, in: "Sources/Site/SiteModel")
        #expect(read.isSuperset(of: ["base_url", "tagline"]))
        #expect(read.subtracting(PageMetadata.names).isSubset(of: Node.metadataNames))
    }

    @Test func filesOfBranding() throws {
        let documented = try keys(below: "**Files in `branding/`**")
        let library = try ProjectFolder.text(of: "Sources/Site/Bundling/TemplateLibrary.swift")
        for match in library.matches(of: /"branding\/([a-z]+\.json)"/) {
            #expect(documented.contains("branding/\(match.output.1)"))
        }
        let list = try #require(library.firstMatch(of: /\[("svg"[^\]]*)\]\.contains/)).output.1
        let types = list.matches(of: /[a-z]+/).map { String($0.output) }
        #expect(types.count >= 5)
        for type in types {
            #expect(documented.contains { $0.hasSuffix("*.\(type)") }, "\(type)")
        }
        #expect(documented.contains("branding/<node>/tokens.json"))
        let used = try JSONDecoder().decode(
            [[String: String]].self,
            from: Data(try ProjectFolder.text(of: "branding/fonts.json").utf8))
        let read = Set(library.matches(of: /entry\["([a-z]+)"\]/).map { String($0.output.1) })
        #expect(
            try keys(below: "Each entry of `branding/fonts.json`")
                == read.union(used.flatMap(\.keys)))
    }
}
