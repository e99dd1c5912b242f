import Core
import TestSupport
import Testing

@testable import SiteModel

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

    private static func theme(_ tokens: [String: String]) -> Theme {
        Theme.resolve(
            node: "n", name: nil,
            defaults: tokens.map { StyleToken(key: $0.key, value: $0.value) }, presets: [:],
            layers: []
        ).theme
    }

    @Test func aFallbackHasTheMeasuresOfItsFontAndStandsBehindIt() throws {
        let fallback = try #require(
            FontFace.Fallback([
                "local": ["Arial", "Liberation Sans"], "weight": "100 599",
                "size_adjust": "107.33%",
                "ascent": "90.26%", "descent": "22.50%", "line_gap": "0.00%",
            ]))
        let theme = Self.theme([
            "font.body": "'Press, Start', Inter , system-ui", "font.heading": "INTER,serif",
            "font.size.base": "1rem",
        ])
        let text = theme.stylesheet(fonts: [
            FontFace(
                family: "Inter", url: "/i.woff2", weight: 100...900,
                fallbacks: [fallback])
        ])
        #expect(
            text.contains(
                """
                @font-face {
                  font-family: "Inter fallback";
                  src: local("Arial"), local("Liberation Sans");
                  font-weight: 100 599;
                  font-style: normal;
                  size-adjust: 107.33%;
                  ascent-override: 90.26%;
                  descent-override: 22.50%;
                  line-gap-override: 0.00%;
                }
                """))
        #expect(
            text.contains(
                "--font-body: 'Press, Start', \"Inter web\", \"Inter fallback\", system-ui;"))
        #expect(text.contains("--font-heading: \"Inter web\", \"Inter fallback\", serif;"))
        // Styles of the node may name the family, and tokens need a name that no system has.
        #expect(text.contains("font-family: \"Inter\";"))
        #expect(text.contains("font-family: \"Inter web\";"))
        #expect(text.contains("--font-size-base: 1rem;"))
        #expect(text.contains("font-display: optional;"))
    }

    @Test(arguments: [
        ("Inter, sans-serif", "Manrope, serif", ["/inter", "/manrope"]),
        ("\"Not here\", inter", "Inter", ["/inter"]),
        // Families after one that every system has are never shown.
        ("system-ui, Inter", "ui-serif, Manrope", []),
        ("Manrope, Inter", "Manrope", ["/manrope"]),
    ])
    func theFontsOfTextAndHeadingsComeFirst(body: String, heading: String, urls: [String]) {
        let theme = Self.theme([
            "font.body": body, "font.heading": heading, "font.mono": "Mono, Inter",
        ])
        let fonts = [
            FontFace(family: "Inter", url: "/inter"), FontFace(family: "Manrope", url: "/manrope"),
            FontFace(family: "Mono", url: "/mono"),
            FontFace(family: "Inter", url: "/italic", style: .italic),
        ]
        #expect(theme.firstFonts(among: fonts).map(\.url) == urls)
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
