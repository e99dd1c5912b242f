import Foundation
import PostgreSQL
import TestSupport
import Testing

/// A node's row and its branding file are two forms of one thing.
@Suite struct BrandingTests {
    @Test func rowsAndFilesHaveTheSameTokens() async throws {
        let database = try await TestDatabase()
        try database.loadStarterContent()
        let rows = try database.connect().run(
            "SELECT node_id, style_overrides::text FROM robbieblocks_node_branding ORDER BY node_id"
        )
        #expect(rows.count == 3)
        for index in 0..<rows.count {
            let node: String = try rows[index].value(0)
            let row: String = try rows[index].value(1)
            let file = try Data(
                contentsOf: URL(
                    fileURLWithPath: "\(ProjectFolder.path)/branding/\(node)/tokens.json"))
            let decoder = JSONDecoder()
            #expect(
                try decoder.decode([String: String].self, from: Data(row.utf8))
                    == decoder.decode([String: String].self, from: file), "\(node)")
        }
    }

    /// `scripts/setup` makes every font that `branding/fonts.json` names.
    @Test func everyFontIsMadeByTheSetUp() throws {
        struct Font: Decodable {
            var file: String
        }
        let list = try Data(
            contentsOf: URL(fileURLWithPath: ProjectFolder.path + "/branding/fonts.json"))
        let fonts = try JSONDecoder().decode([Font].self, from: list)
        #expect(fonts.count == 3)
        for font in fonts {
            #expect(
                FileManager.default.fileExists(atPath: "\(ProjectFolder.path)/\(font.file)"),
                "\(font.file)")
        }
    }
}
