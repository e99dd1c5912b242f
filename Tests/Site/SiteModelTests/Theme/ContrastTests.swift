import Core
import Foundation
import TestSupport
import Testing

@testable import SiteModel

@Suite struct ContrastTests {
    private func color(_ hex: String) throws -> Color {
        guard case .color(let color) = try ColorNotation(parsing: TokenValue(parsing: hex)) else {
            throw TokenValue.Fault("\(hex) is not a colour")
        }
        return color
    }

    /// Ratios as published by WCAG tools, to two decimals.
    @Test(arguments: [
        ("#000000", "#FFFFFF", 21.0), ("#FFFFFF", "#FFFFFF", 1.0), ("#777777", "#FFFFFF", 4.48),
        ("#767676", "#FFFFFF", 4.54), ("#FF0000", "#FFFFFF", 4.0), ("#0000FF", "#FFFFFF", 8.59),
        ("#FF6B35", "#FFFFFF", 2.84), ("#8B5CF6", "#FFFFFF", 4.23), ("#3B82F6", "#FFFFFF", 3.68),
    ])
    func ratiosAreThoseOfWCAG(_ first: String, _ second: String, _ ratio: Double) throws {
        let found = try color(first).contrast(with: color(second))
        #expect(abs(found - ratio) < 0.01)
        #expect(try color(second).contrast(with: color(first)) == found)
    }

    @Test func nearBlackOrWhiteReadsOnEveryColour() {
        for red in stride(from: 0, through: 255, by: 15) {
            for green in stride(from: 0, through: 255, by: 3) {
                for blue in stride(from: 0, through: 255, by: 15) {
                    let fill = Color(bytes: red, green, blue)
                    #expect(fill.contrast(with: fill.readableText) >= 4.5)
                }
            }
        }
    }

    @Test(arguments: [
        ("testpilot", "#050505", "#050505"), ("vengeance-local", "#050505", "#050505"),
        ("aurora-town-local", "#050505", "#050505"),
    ])
    func textOnBrandColours(_ node: String, _ onPrimary: String, _ onSecondary: String) {
        let theme = ShippedTokens.theme(of: node)
        #expect(theme.value(of: "color.on-primary") == onPrimary)
        #expect(theme.value(of: "color.on-secondary") == onSecondary)
    }

    @Test(
        arguments: ["testpilot", "vengeance-local", "aurora-town-local"], ColorScheme.allCases)
    func linksReadOnEveryGround(_ node: String, _ scheme: ColorScheme) throws {
        let theme = ShippedTokens.theme(of: node)
        let link = try color(#require(theme.value(of: "color.link", in: scheme)))
        for ground in ["color.background", "color.surface", "color.surface-raised"] {
            let under = try color(#require(theme.value(of: ground, in: scheme)))
            #expect(link.contrast(with: under) >= 4.5, "\(ground)")
            // The current entry of a menu stands on the tint.
            let primary = try color(#require(theme.value(of: "color.primary", in: scheme)))
            let tinted = under.mixed(with: primary, share: Palette.tintShare)
            #expect(link.contrast(with: tinted) >= 4.5, "\(ground), tinted")
        }
    }

    @Test(
        arguments: ["testpilot", "vengeance-local", "aurora-town-local"], ColorScheme.allCases)
    func highlightedCodeReads(_ node: String, _ scheme: ColorScheme) throws {
        let theme = ShippedTokens.theme(of: node)
        let parts = ["keyword", "string", "number", "comment", "name"].map { "color.code-\($0)" }
        #expect(parts == Palette.codeKeys)
        let colors = try parts.map { try #require(theme.value(of: $0, in: scheme)) }
        #expect(Set(colors).count == parts.count, "\(colors)")
        for ground in ["color.background", "color.surface"] {
            let under = try color(#require(theme.value(of: ground, in: scheme)))
            for value in colors {
                #expect(try color(value).contrast(with: under) >= 4.5, "\(value) on \(ground)")
            }
        }
    }

    /// A colour of code that a node sets itself is kept, and said to be faint.
    @Test func aFaintColourOfCodeIsToldOf() {
        let (theme, diagnostics) = Theme.resolve(
            node: "n", name: "light", defaults: ShippedTokens.defaults,
            presets: ShippedTokens.presets, layers: [["color.code-comment": "#999999"]])
        #expect(theme.value(of: "color.code-comment") == "#999999")
        #expect(!diagnostics.isEmpty)
        #expect(diagnostics.allSatisfy { $0.location.token == "color.code-comment" })
    }

    @Test func theTintOfTheStyleSheetsIsTheOneThatIsChecked() throws {
        let sheet = try String(
            contentsOfFile: ProjectFolder.path + "/templates/styles/10-reset.css", encoding: .utf8)
        let percent = Int((Palette.tintShare * 100).rounded())
        #expect(
            sheet.contains(
                "--tint: color-mix(in srgb, var(--color-primary) \(percent)%, transparent);"))
    }

    /// A colour that a node sets itself is not changed, but said to be faint, on tints too.
    @Test func aLinkThatIsFaintOnATintIsToldOf() throws {
        func warnings(_ link: String) -> [Diagnostic] {
            Theme.resolve(
                node: "n", name: "light", defaults: ShippedTokens.defaults,
                presets: ShippedTokens.presets,
                layers: [["color.primary": "#3B82F6", "color.link": link]]
            ).diagnostics
        }
        // 5:1 on white, 4.3:1 under the tint.
        let found = warnings("#2A6BDA")
        #expect(!found.isEmpty && found.allSatisfy { $0.severity == .warning })
        #expect(found.allSatisfy { $0.location == .init(node: "n", token: "color.link") })
        #expect(
            found.contains {
                $0.message.hasPrefix("the contrast with 'color.surface' under a tint of ")
            }, "\(found)")
        #expect(warnings("#1D4ED8").isEmpty)
    }

    @Test func linksKeepTheHueOfTheBrand() throws {
        let primary = OKLCH(try color("#FF6B35"))
        let link = OKLCH(
            try color(#require(ShippedTokens.theme(of: "testpilot").value(of: "color.link"))))
        #expect(abs(link.hue - primary.hue) < 3)
        #expect(link.lightness < primary.lightness)
    }

    @Test func aPrimaryThatReadsStaysAsItIs() throws {
        let shifted = try color("#1D4ED8").shifted(toContrast: 4.5, on: [.white])
        #expect(shifted?.hex == "#1D4ED8")
    }

    @Test func noShadeReadsOnBlackAndWhiteAtOnceAtSeven() throws {
        let black = Color(bytes: 0, 0, 0)
        #expect(try color("#FF6B35").shifted(toContrast: 7, on: [black, .white]) == nil)
    }

    @Test func colorsThatOnlyABrowserKnowsFallBackWithAWarning() {
        let (theme, diagnostics) = Theme.resolve(
            node: "n", name: "dark", defaults: ShippedTokens.defaults, presets: [:],
            layers: [
                [
                    "color.primary": "color(display-p3 1 0 0)",
                    "color.surface": "color-mix(in srgb, red, blue)",
                ]
            ])
        #expect(theme.value(of: "color.link") == "var(--color-text)")
        #expect(theme.value(of: "color.on-primary") == "#FFFFFF")
        #expect(
            theme.value(of: "color.surface-raised")
                == "color-mix(in srgb, var(--color-text) 6%, var(--color-surface))")
        #expect(diagnostics.map(\.location.token) == ["color.surface", "color.primary"])
        #expect(diagnostics.allSatisfy { $0.severity == .warning })
    }

    @Test func aReferenceIsFollowed() {
        let theme = Theme.resolve(
            node: "n", name: "dark", defaults: ShippedTokens.defaults, presets: [:],
            layers: [["color.primary": "var(--color-brand)", "color.brand": "#FFFF00"]]
        ).theme
        #expect(theme.value(of: "color.on-primary") == "#050505")
        #expect(theme.value(of: "color.link") == "#FFFF00")
    }

    @Test func aDerivedColourThatTheNodeGivesIsKept() {
        let theme = Theme.resolve(
            node: "n", name: "dark", defaults: ShippedTokens.defaults, presets: [:],
            layers: [["color.link": "#ABCDEF"]]
        ).theme
        #expect(theme.value(of: "color.link") == "#ABCDEF")
    }
}
