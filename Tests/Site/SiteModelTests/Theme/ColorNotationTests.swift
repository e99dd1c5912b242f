import Testing

@testable import SiteModel

@Suite struct ColorNotationTests {
    @Test(arguments: [
        ("#fff", "#FFFFFF"), ("#8B5CF6", "#8B5CF6"), ("#8b5cf6ff", "#8B5CF6"), ("#f008", "#FF0000"),
        ("rgb(139 92 246)", "#8B5CF6"), ("rgba(139, 92, 246, 0.5)", "#8B5CF6"),
        ("RGB(54.5% 36% 96.5%)", "#8B5CF6"), ("rgb(300 -5 0)", "#FF0000"),
        ("hsl(217 91% 60%)", "#3C83F6"), ("hsl(0, 100%, 50%)", "#FF0000"),
        ("hsl(-120deg 100% 50%)", "#0000FF"), ("hsl(0.5turn 100% 50%)", "#00FFFF"),
        ("hwb(120 0% 0%)", "#00FF00"), ("hwb(0 60% 60%)", "#808080"),
        ("oklch(0.628 0.2577 29.23)", "#FF0000"), ("oklab(100% 0 0)", "#FFFFFF"),
        ("oklch(45.2% 0.313 264.05)", "#0000FF"), ("RebeccaPurple", "#663399"),
        ("black", "#000000"),
        ("rgb(none 0 0)", "#000000"),
    ])
    func reads(_ value: String, as hex: String) throws {
        guard case .color(let color) = try ColorNotation(parsing: TokenValue(parsing: value)) else {
            Issue.record("\(value) was not worked out")
            return
        }
        #expect(color.hex == hex)
    }

    /// Numbers beyond all measure, which arithmetic makes into none.
    @Test(arguments: [
        "oklch(50% \(huge) 30)", "oklab(50% \(huge) -\(huge))", "hsl(\(huge)turn 100% 50%)",
        "hsl(0 \(huge)% 50%)", "hwb(\(huge) 50% 50%)", "rgb(\(huge) -\(huge) 0)",
    ])
    func survives(_ value: String) throws {
        guard case .color(let color) = try ColorNotation(parsing: TokenValue(parsing: value)) else {
            Issue.record("\(value) was not worked out")
            return
        }
        #expect(color.hex.utf8.count == 7)
        #expect(color.contrast(with: .white).isFinite)
    }

    private static let huge = String(repeating: "9", count: 200)

    @Test(arguments: [
        "currentcolor", "transparent", "CanvasText", "var(--color-primary)", "rgb(var(--x) 0 0)",
        "color-mix(in srgb, red, blue)", "linear-gradient(red, blue)", "oklch(from red l c h)",
        "color(display-p3 1 0 0)",
    ])
    func leavesToTheBrowser(_ value: String) throws {
        #expect(try ColorNotation(parsing: TokenValue(parsing: value)) == .browserOnly)
    }

    @Test(arguments: [
        "#12", "#12345", "#1234567", "#GGGGGG", "#", "#８B5CF6", "#ff ff ff", "12px", "purpel",
        "red blue", "rgb(1 2)", "rgb(1, 2)", "rgb(1 2 3 4)", "rgb(a b c)", "rgb(1deg 2 3)",
        "hsl(1px 2% 3%)", "hsl(1 2 3 / x)", "rgb(1 2 3) red", "8B5CF6", "bold",
    ])
    func refuses(_ value: String) throws {
        let parsed = try TokenValue(parsing: value)
        #expect(throws: TokenValue.Fault.self) { try ColorNotation(parsing: parsed) }
    }

    @Test func suggestsTheNearestName() {
        #expect(
            throws: TokenValue.Fault("'purpel' is not a colour", hint: "did you mean 'purple'?")
        ) {
            try ColorNotation(parsing: TokenValue(parsing: "purpel"))
        }
    }
}
