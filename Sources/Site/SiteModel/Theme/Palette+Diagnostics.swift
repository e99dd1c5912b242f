import Core

extension Palette {
    /// Returns warnings for text that is hard to read and for colours whose contrast cannot be
    /// computed.
    func warnings(node: String) -> [Diagnostic] {
        unknownColors(node: node) + faintText(node: node)
    }

    private func unknownColors(node: String) -> [Diagnostic] {
        Self.computedKeys.compactMap { key in
            guard let value = values[key], color(key) == nil else { return nil }
            return Diagnostic(
                .badToken,
                "the contrast of '\(value.text)' cannot be computed, so text on or beside it may "
                    + "be hard to read",
                at: .init(node: node, token: key),
                hint: "write the colour as #8B5CF6, rgb(…), hsl(…) or oklch(…)", severity: .warning)
        }
    }

    private func faintText(node: String) -> [Diagnostic] {
        (["color.text", "color.text-muted", "color.link"] + Self.codeKeys).flatMap { key in
            ["color.background", "color.surface"].compactMap { ground in
                guard let text = color(key), let under = color(ground) else { return nil }
                if let warning = faintText(key, text, on: under, named: "'\(ground)'", node: node) {
                    return warning
                }
                guard !Self.codeKeys.contains(key), let primary = color("color.primary") else {
                    return nil
                }
                return faintText(
                    key, text, on: tinted(under, with: primary),
                    named: "'\(ground)' under a tint of 'color.primary'", node: node)
            }
        }
    }

    private func faintText(
        _ key: String, _ text: Color, on ground: Color, named name: String, node: String
    ) -> Diagnostic? {
        let contrast = text.rounded.contrast(with: ground.rounded)
        guard contrast < Self.readableContrast else { return nil }
        let shown = "\(Int(contrast)).\(Self.hundredths(contrast))"
        return Diagnostic(
            .badToken, "the contrast with \(name) is \(shown):1, under the 4.5:1 that text needs",
            at: .init(node: node, token: key),
            hint: "make one of the two lighter or darker", severity: .warning)
    }

    private static func hundredths(_ number: Double) -> String {
        let digits = Int(number * 100) % 100
        return digits < 10 ? "0\(digits)" : "\(digits)"
    }
}
