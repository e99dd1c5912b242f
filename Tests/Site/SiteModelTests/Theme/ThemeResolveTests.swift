import Core
import Foundation
import TestSupport
import Testing

@testable import SiteModel

@Suite struct ThemeResolveTests {
    private func resolve(
        name: String? = nil, presets: [String: [String: String]] = ShippedTokens.presets,
        _ layers: [String: String]...
    ) -> (theme: Theme, diagnostics: [Diagnostic]) {
        Theme.resolve(
            node: "testpilot", name: name, defaults: ShippedTokens.defaults, presets: presets,
            layers: layers)
    }

    @Test func laterLayersWin() {
        let (theme, diagnostics) = resolve(
            name: "light",
            ["color.text": "#222222", "spacing.md": "2rem", "font.mono": "monospace"],
            ["spacing.md": "3rem"])
        #expect(theme.value(of: "color.success") == "#10B981")  // default
        #expect(theme.value(of: "color.background") == "#F8FAFC")  // preset over default
        #expect(theme.value(of: "color.text") == "#222222")  // first layer over preset
        #expect(theme.value(of: "font.mono") == "monospace")
        #expect(theme.value(of: "spacing.md") == "3rem")  // last layer over first
        #expect(diagnostics == [])
    }

    @Test func layersNameTheThemeAndTheArgumentOverrulesThem() {
        #expect(resolve().theme.name == .dark)
        #expect(resolve(["theme": "light"]).theme.name == .light)
        #expect(resolve(["theme": "light"], ["theme": "professional"]).theme.name == .professional)
        #expect(resolve(name: "dark", ["theme": "light"]).theme.name == .dark)
        #expect(resolve(["theme": "light"]).theme.value(of: "theme") == nil)
    }

    @Test func anUnknownThemeIsReportedWithTheNearestName() {
        let (theme, diagnostics) = resolve(["theme": "profesional"])
        #expect(theme.name == .dark)
        #expect(
            diagnostics == [
                Diagnostic(
                    .badBranding, "there is no theme 'profesional'",
                    at: .init(node: "testpilot", token: "theme"),
                    hint: "did you mean 'professional'?")
            ])
    }

    @Test func aRefusedValueLeavesTheOneBeneathAndNamesTheToken() {
        let (theme, diagnostics) = resolve(
            ["color.primary": "red;} body { display: none", "spacing.md": "url(https://a.example)"])
        #expect(theme.value(of: "color.primary") == "#8B5CF6")
        #expect(theme.value(of: "spacing.md") == "1rem")
        #expect(diagnostics.map(\.location.token) == ["color.primary", "spacing.md"])
        #expect(diagnostics.allSatisfy { $0.code == .badToken && $0.severity == .error })
        #expect(diagnostics.allSatisfy { $0.location.node == "testpilot" })
    }

    @Test func faultsOfDefaultsAndPresetsSayWhereTheyAreWritten() {
        let diagnostics = Theme.resolve(
            node: "n", name: "light", defaults: [StyleToken(key: "spacing.md", value: "{")],
            presets: ["light": ["color.text": "#12"]], layers: []
        ).diagnostics
        #expect(diagnostics.map(\.location.field) == ["default_value", "light preset"])
    }

    @Test(arguments: [
        "Color.Primary", "color primary", "color..primary", ".color", "color.", "color.é", "a}b",
        "",
        String(repeating: "a", count: 256),
    ])
    func aBadKeyIsReported(_ key: String) {
        let (theme, diagnostics) = resolve([key: "1rem"])
        #expect(diagnostics.map(\.location.token) == [key])
        #expect(theme.value(of: key) == nil)
    }

    @Test func newTokensAreAllowedAndSlipsOfThePenAreWarnedAbout() {
        let (theme, diagnostics) = resolve(["color.accent": "gold", "color.primry": "gold"])
        #expect(theme.value(of: "color.accent") == "gold")
        #expect(theme.value(of: "color.primry") == "gold")
        #expect(diagnostics.map(\.severity) == [.warning])
        #expect(diagnostics.first?.hint == "did you mean 'color.primary'?")
    }

    @Test func anUnknownKeyIsWarnedAboutUnlessSomethingReadsIt() throws {
        let near = [
            "colour.primary": "color.primary", "fonts.size.2xl": "font.size.2xl",
            "color_primary": "color.primary", "heading": "font.heading",
            "colors.bakground": "color.background", "colour.on-primary": "color.on-primary",
        ]
        func warnings(
            _ layer: [String: String], defaults: [String: String] = [:], read: Set<String> = []
        ) -> [Diagnostic] {
            Theme.resolve(
                node: "acme", name: "light",
                defaults: ShippedTokens.defaults
                    + defaults.map { StyleToken(key: $0.key, value: $0.value) },
                presets: ShippedTokens.presets, layers: [layer], isRead: read.contains
            ).diagnostics
        }
        for (key, meant) in near {
            for found in [
                warnings([key: "#333333"]), warnings([:], defaults: [key: "#333333"]),
            ] {
                #expect(found.map(\.location.token) == [key])
                #expect(found.map(\.location.node) == ["acme"])
                #expect(found.map(\.severity) == [.warning])
                #expect(found.map(\.hint) == ["did you mean '\(meant)'?"])
            }
            let property = StyleToken.propertyName(ofKey: key)
            #expect(warnings([key: "#333333"], read: [property]) == [])
        }
        let custom = [
            "typography.lead": "2rem", "spacing.3xl": "5rem", "shadow.md": "0 0 4px var(--glow)",
        ]
        #expect(
            warnings(custom).map(\.location.token) == ["spacing.3xl", "typography.lead"])
        #expect(warnings(custom, read: ["--typography-lead", "--spacing-3xl"]) == [])
        #expect(warnings(["glow": "red", "shadow.md": "0 0 4px var(--glow)"]) == [])
        #expect(warnings([:], defaults: ["typography.lead": "2rem"]) == [])
    }

    @Test func theShippedKeysAreThoseOfTheSeed() throws {
        let seed = try String(
            contentsOfFile: ProjectFolder.path + "/database/seeds/01-tokens.sql", encoding: .utf8)
        let keys = seed.matches(of: /\('([a-z0-9.-]+)'/).map { String($0.output.1) }
        #expect(Set(keys) == StyleToken.shippedKeys)
    }

    @Test func twoKeysForOnePropertyAreReported() {
        let (theme, diagnostics) = resolve(["color.text.muted": "#FFFFFF"])
        #expect(diagnostics.map(\.location.token) == ["color.text.muted"])
        #expect(theme.value(of: "color.text-muted") == "#94A3B8")
    }

    @Test func referencesInACircleAreReported() {
        let (theme, diagnostics) = resolve(
            ["spacing.a": "var(--spacing-b)", "spacing.b": "calc(2 * var(--spacing-a))"])
        #expect(diagnostics.map(\.location.token) == ["spacing.a"])
        #expect(theme.value(of: "spacing.a") == nil)
    }

    @Test func aReferenceOneSlipAwayFromATokenIsWarnedAbout() {
        let diagnostics = resolve(
            ["shadow.md": "0 0 4px var(--color-primry)", "shadow.lg": "0 0 4px var(--my-own)"]
        ).diagnostics
        #expect(diagnostics.map(\.hint) == ["did you mean 'var(--color-primary)'?"])
    }

    @Test func aLayerHasALimit() {
        let many = Dictionary(
            uniqueKeysWithValues: (1...(TokenOverlay.tokenLimit + 1)).map { ("x.t\($0)", "1px") })
        let diagnostics = resolve(many).diagnostics
        #expect(diagnostics.map(\.message) == ["there are 1001 tokens; 1000 is the limit"])
    }

    @Test func theOtherSchemeKeepsTheBrandAndDropsTheSchemesOwnColours() {
        let theme = resolve(
            ["theme": "light", "color.primary": "#FF0000", "color.background": "#FFFFEE"]
        ).theme
        #expect(theme.value(of: "color.background", in: .light) == "#FFFFEE")
        #expect(theme.value(of: "color.background", in: .dark) == "#0F172A")
        #expect(theme.value(of: "color.primary", in: .dark) == "#FF0000")
        #expect(
            theme.value(of: "color.link", in: .dark) != theme.value(of: "color.link", in: .light))
    }

    @Test func theLightSchemeOfAProfessionalSiteIsTheProfessionalPreset() {
        let theme = resolve(["theme": "professional"]).theme
        #expect(theme.value(of: "color.surface", in: .light) == "#F6F7F9")
        #expect(
            resolve(["theme": "dark"]).theme.value(of: "color.surface", in: .light) == "#FFFFFF")
    }

    @Test func faintTextIsWarnedAbout() {
        let diagnostics = resolve(["color.text-muted": "#334155"]).diagnostics
        #expect(diagnostics.map(\.severity) == [.warning, .warning])
        #expect(
            diagnostics.first?.message
                == "the contrast with 'color.background' is 1.72:1, under the 4.5:1 that text needs"
        )
    }

    @Test(arguments: ["testpilot", "vengeance-local", "aurora-town-local"])
    func shippedNodesHaveNoFault(_ node: String) {
        let diagnostics = Theme.resolve(
            node: node, name: nil, defaults: ShippedTokens.defaults, presets: ShippedTokens.presets,
            layers: [ShippedTokens.branding[node] ?? [:]]
        ).diagnostics
        #expect(diagnostics == [])
    }
}
