public import Diagnostics
internal import FoundationEssentials
import UTF8Text

/// Writes diagnostics for people and for programs.
///
/// ```text
/// node 'testpilot', page 'home'
///   error: block 2, component 'heros': there is no component 'heros' [unknown-component]
///     hint: did you mean 'hero'?
///
/// 1 error
/// ```
public struct DiagnosticPrinter: Sendable {
    public var usesColor: Bool
    /// The most diagnostics that are printed as text; JSON has them all.
    public var limit: Int

    public init(usesColor: Bool = false, limit: Int = 50) {
        self.usesColor = usesColor
        self.limit = limit
    }
}

extension DiagnosticPrinter {
    /// Errors first, then warnings, each grouped by node and page in order of appearance, and a
    /// count at the end; empty when there is nothing to say.
    ///
    /// A diagnostic that is there twice is printed once.
    public func text(for diagnostics: [Diagnostic]) -> String {
        var seen: Set<Diagnostic> = []
        let unique = diagnostics.filter { seen.insert($0).inserted }
        guard !unique.isEmpty else { return "" }
        let sorted =
            groups(of: unique.filter { $0.severity == .error })
            + groups(of: unique.filter { $0.severity == .warning })
        var left = max(limit, 1)
        var text = ""
        for group in sorted where left > 0 {
            let shown = group.diagnostics.prefix(left)
            left -= shown.count
            let isTitled = !group.title.isEmpty
            if isTitled { text += style(group.title.printable, .bold) + "\n" }
            text += shown.map { entry($0, indent: isTitled ? 2 : 0) }.joined()
            text += "\n"
        }
        if unique.count > limit {
            text += style("and \(unique.count - max(limit, 1)) more", .dim) + "\n\n"
        }
        return text + summary(of: unique) + "\n"
    }

    /// `3 errors, 1 warning`
    public func summary(of diagnostics: [Diagnostic]) -> String {
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        var parts: [String] = []
        if errors > 0 { parts.append(style(errors == 1 ? "1 error" : "\(errors) errors", .red)) }
        if warnings > 0 {
            parts.append(style(warnings == 1 ? "1 warning" : "\(warnings) warnings", .yellow))
        }
        return parts.joined(separator: ", ")
    }

    /// One array and a line feed.
    public func json(for diagnostics: [Diagnostic]) -> String {
        "[" + diagnostics.map(encoded).joined(separator: ",") + "]\n"
    }

    /// One object a line.
    public func jsonLines(for diagnostics: [Diagnostic]) -> String {
        diagnostics.map { encoded($0) + "\n" }.joined()
    }
}

extension DiagnosticPrinter {
    private struct Group {
        var title: String
        var diagnostics: [Diagnostic]
    }

    private func groups(of diagnostics: [Diagnostic]) -> [Group] {
        var groups: [Group] = []
        var indices: [String: Int] = [:]
        for diagnostic in diagnostics {
            let location = diagnostic.location
            let title = Diagnostic.Location(node: location.node, page: location.page).description
            if let index = indices[title] {
                groups[index].diagnostics.append(diagnostic)
            } else {
                indices[title] = groups.count
                groups.append(Group(title: title, diagnostics: [diagnostic]))
            }
        }
        return groups
    }

    private func entry(_ diagnostic: Diagnostic, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var location = diagnostic.location
        location.node = nil
        location.page = nil
        let severity = style(
            diagnostic.severity.rawValue + ":", diagnostic.severity == .error ? .red : .yellow)
        let place = location.description
        let message = lines(diagnostic.message, indent: indent + 4)
        var text = "\(margin)\(severity) \(place.isEmpty ? "" : "\(place.printable): ")\(message)"
        text += style(" [\(diagnostic.code.rawValue)]", .dim) + "\n"
        if let hint = diagnostic.hint {
            text += "\(margin)  \(style("hint:", .cyan)) \(lines(hint, indent: indent + 4))\n"
        }
        return text
    }

    /// Text of several lines, such as an engine's stack, with the later ones indented.
    private func lines(_ text: String, indent: Int) -> String {
        ControlCharacters.shown(in: text, keepsLines: true)
            .splitUTF8(separator: "\n", omittingEmptySubsequences: true)
            .joined(separator: "\n" + String(repeating: " ", count: indent))
    }

    private func style(_ text: String, _ style: TextStyle) -> String {
        style.applied(to: text, usesColor: usesColor)
    }

    private func encoded(_ diagnostic: Diagnostic) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and numbers always encode.
        guard let data = try? encoder.encode(diagnostic) else { return "{}" }
        return ControlCharacters.escaped(inJSON: String(decoding: data, as: UTF8.self))
    }
}
