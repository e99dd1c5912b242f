import Diagnostics
import TestSupport
import Testing

@testable import Theme

@Suite struct StylesheetTests {
    enum Sheet: String, CaseIterable {
        case testpilot
        case vengeance = "vengeance-local"
        case aurora = "aurora-town-local"

        var file: String { rawValue + ".css" }
    }

    private let snapshots = Snapshots(besides: #filePath)
    private let fonts = [
        FontFace(family: "Press Start 2P", url: "/assets/press-start-2p.ttf"),
        FontFace(family: "Inter", url: "/assets/inter.woff2", weight: 100...900),
        FontFace(family: "Inter", url: "/assets/inter-italic.woff2", style: .italic),
        FontFace(family: "Unused", url: "/assets/unused.woff2"),
    ]

    @Test(arguments: Sheet.allCases)
    func matchesTheSnapshot(_ sheet: Sheet) throws {
        let text = ShippedTokens.theme(of: sheet.rawValue).stylesheet(fonts: fonts)
        #expect(try snapshots.difference(from: text, name: sheet.file) == nil)
    }

    @Test func noSnapshotIsOrphaned() throws {
        #expect(try snapshots.orphans(among: Sheet.allCases.map(\.file)) == [])
    }

    @Test func theSameTokensGiveTheSameBytesInAnyOrder() {
        func sheet(_ defaults: [StyleToken]) -> String {
            Theme.resolve(
                node: "n", name: "light", defaults: defaults, presets: ShippedTokens.presets,
                layers: []
            ).theme.stylesheet(fonts: fonts)
        }
        let sorted = ShippedTokens.defaults.sorted { $0.key < $1.key }
        #expect(sheet(sorted) == sheet(sorted.reversed()))
    }

    @Test func onlyProfessionalSitesFollowTheVisitorsSystem() {
        for sheet in Sheet.allCases {
            let text = ShippedTokens.theme(of: sheet.rawValue).stylesheet(fonts: [])
            #expect(text.contains("@media (prefers-color-scheme: dark)") == (sheet == .testpilot))
        }
    }

    @Test func onlyFontsInUseAreDeclared() {
        let theme = ShippedTokens.theme(of: "vengeance-local")
        #expect(theme.fonts(from: fonts).map(\.url) == fonts.prefix(3).map(\.url))
        #expect(!theme.stylesheet(fonts: fonts).contains("unused"))
    }

    @Test func aFontsNameAndAddressCannotLeaveTheirStrings() {
        let theme = Theme.resolve(
            node: "n", name: nil, defaults: [StyleToken(key: "font.body", value: "A")],
            presets: [:], layers: []
        ).theme
        let text = theme.stylesheet(fonts: [FontFace(family: "A", url: "/x\")}</style>\n\\.woff2")])
        #expect(text.contains(#"src: url("/x\22 \29 \7d \3c /style\3e \a \5c .woff2")"#))
    }

    @Test func bracesAreBalancedWhateverTheTokensSay() {
        var layer: [String: String] = [:]
        for (index, value) in TokenValueTests.hostile.enumerated() {
            layer["x.t\(index)"] = value
            layer["color.t\(index)"] = value
        }
        let (theme, diagnostics) = Theme.resolve(
            node: "n", name: nil, defaults: [], presets: [:], layers: [layer])
        #expect(diagnostics.filter { $0.severity == .error }.count == layer.count)
        let empty = Theme.resolve(node: "n", name: nil, defaults: [], presets: [:], layers: [])
            .theme
        #expect(theme.stylesheet(fonts: []) == empty.stylesheet(fonts: []))
    }
}
