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

    /// Sites that show a link with its picture take PNG, and most no SVG.
    @Test func everyNodeHasAPictureForLinks() throws {
        for node in StarterSites.nodes {
            let file = "\(ProjectFolder.path)/branding/\(node)/social.png"
            let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: file)))
            #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]), "\(node)")
            #expect(bytes.count < 200_000, "\(node)")
            // The width and the height, 1200 and 630, stand at the beginning of the file.
            #expect(bytes[16..<24].elementsEqual([0, 0, 0x04, 0xB0, 0, 0, 0x02, 0x76]), "\(node)")
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
