import Core

/// Reads layers of tokens in turn, keeping valid tokens and a diagnostic for each of the others.
///
/// A refused value leaves the one beneath it in place.
struct TokenOverlay {
    /// The most tokens that one layer may have.
    static let tokenLimit = 1000

    let node: String
    private(set) var diagnostics: [Diagnostic] = []

    init(node: String) {
        self.node = node
    }

    mutating func report(
        _ message: String, token: String, field: String? = nil, hint: String? = nil,
        severity: Diagnostic.Severity = .error
    ) {
        let diagnostic = Diagnostic(
            .badToken, message, at: .init(node: node, token: token, field: field), hint: hint,
            severity: severity)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    mutating func report(_ diagnostic: Diagnostic) {
        diagnostics.append(diagnostic)
    }

    /// Returns the valid tokens of a layer, without the key `theme`.
    ///
    /// - Parameter field: where the layer is written, if known.
    mutating func read(_ layer: [String: String], field: String? = nil) -> [String: TokenValue] {
        var tokens: [String: TokenValue] = [:]
        let sorted = layer.filter { $0.key != Theme.nameKey }.sorted { $0.key < $1.key }
        if sorted.count > Self.tokenLimit {
            report(
                "there are \(sorted.count) tokens; \(Self.tokenLimit) is the limit",
                token: sorted[Self.tokenLimit].key, field: field,
                hint: "this token and those after it are ignored")
        }
        for (key, value) in sorted.prefix(Self.tokenLimit) {
            if let fault = StyleToken.fault(inKey: key) {
                report(
                    fault, token: key, field: field,
                    hint: key == key.lowercased() ? nil : "write '\(key.lowercased())'")
                continue
            }
            do throws(TokenValue.Fault) {
                let parsed = try TokenValue(parsing: value)
                if Palette.isColor(key) { _ = try ColorNotation(parsing: parsed) }
                tokens[key] = parsed
            } catch {
                report(error.reason, token: key, field: field, hint: error.hint)
            }
        }
        return tokens
    }

    /// Warns about each new key that no style sheet or component reads, and suggests the known key
    /// when it looks like a typing mistake.
    ///
    /// - Parameters:
    ///   - isRead: whether a style sheet or a component reads a custom property; when nil, a key
    ///     counts as one of custom CSS unless it is nearly a known one.
    ///   - field: where the layer is written, if known.
    mutating func warnAboutUnknownKeys(
        _ layer: some Sequence<String>, known: Set<String>, isRead: ((String) -> Bool)?,
        field: String? = nil
    ) {
        let properties = Set(known.map(StyleToken.propertyName(ofKey:)))
        for key in layer.sorted() where !known.contains(key) {
            let property = StyleToken.propertyName(ofKey: key)
            // Two keys for one property are reported as a separate error.
            guard !properties.contains(property), isRead?(property) != true else { continue }
            if let near = TokenNearMiss.find(for: key, among: known) {
                report(
                    "no shipped token has this key, so only custom CSS can use it", token: key,
                    field: field, hint: "did you mean '\(near)'?", severity: .warning)
            } else if isRead != nil {
                report(
                    "no style sheet, script or component reads this token, and it is not a "
                        + "shipped one: none of them has 'var(\(property))'", token: key,
                    field: field,
                    hint: "props and trusted pages are not searched; a token that they do not use "
                        + "either has no effect", severity: .warning)
            }
        }
    }
}
