internal import Diagnostics
import UTF8Text

/// Reads layers of tokens one after the other, keeping what is valid and a diagnostic for the rest.
///
/// A value that is refused leaves the one under it in place.
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

    /// The valid tokens of a layer; the key `theme` is not one of them.
    ///
    /// - Parameter field: where the layer is written, when that is known.
    mutating func read(_ layer: [String: String], field: String? = nil) -> [String: TokenValue] {
        var tokens: [String: TokenValue] = [:]
        let sorted = layer.filter { $0.key != Theme.nameKey }.sorted { $0.key < $1.key }
        if sorted.count > Self.tokenLimit {
            report(
                "there are \(sorted.count) tokens; the most is \(Self.tokenLimit)",
                token: sorted[Self.tokenLimit].key, field: field,
                hint: "the tokens from this one on are left out")
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

    /// A warning for each new key that is a slip of the pen away from a known one.
    mutating func warnAboutNearMisses(_ layer: some Sequence<String>, known: Set<String>) {
        for key in layer.sorted() where !known.contains(key) {
            guard let dot = key.lastUTF8Index(of: ".") else { continue }
            let group = key[...dot]
            let word = key[key.utf8.index(after: dot)...]
            guard word.count >= 5, !word.utf8.contains(where: { (0x30...0x39).contains($0) }) else {
                continue
            }
            let siblings = known.compactMap { $0.droppingUTF8Prefix(group).map(String.init) }
            if let near = nearMiss(for: String(word), among: siblings) {
                report(
                    "no shipped token has this key, so only custom CSS can use it", token: key,
                    hint: "did you mean '\(group)\(near)'?", severity: .warning)
            }
        }
    }
}
