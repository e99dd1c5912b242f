public import Core
import FoundationEssentials

/// Prints diagnostics for users and for programs.
///
/// ```text
/// node 'testpilot', page 'home'
///   error: block 2, component 'heros': there is no component 'heros' [unknown-component]
///     hint: did you mean 'hero'?
///
/// error: component 'card', react_code:3:14: Expected ")" but found "}" [syntax-error]
///     2 |   return (
///   > 3 |     <p>{name}}
///       |              ^
///     4 |   );
///   on 2 pages: 'about', 'home'
///
/// 2 errors
/// ```
public struct DiagnosticPrinter: Sendable {
    public var usesColor: Bool
    /// The most diagnostics printed as text; JSON has all of them.
    public var limit: Int

    public init(usesColor: Bool = false, limit: Int = 50) {
        self.usesColor = usesColor
        self.limit = limit
    }
}

extension DiagnosticPrinter {
    /// Returns errors first, then warnings, each grouped by node and page in order of appearance,
    /// and a count at the end; empty when there are none.
    ///
    /// An error of several pages is one entry that lists them.
    public func text(for diagnostics: [Diagnostic]) -> String {
        text(listing: SharedFault.all(in: diagnostics))
    }

    /// Returns the text for errors that are already grouped.
    public func text(listing unique: [SharedFault]) -> String {
        guard !unique.isEmpty else { return "" }
        let sorted =
            groups(of: unique.filter { $0.diagnostic.severity == .error })
            + groups(of: unique.filter { $0.diagnostic.severity == .warning })
        var left = max(limit, 1)
        var text = ""
        for group in sorted where left > 0 {
            let shown = group.faults.prefix(left)
            left -= shown.count
            let isTitled = !group.title.isEmpty
            if isTitled { text += style(group.title.printable, .bold) + "\n" }
            text += shown.map { entry($0, indent: isTitled ? 2 : 0) }.joined()
            text += "\n"
        }
        if unique.count > limit {
            text += style("and \(unique.count - max(limit, 1)) more", .dim) + "\n\n"
        }
        return text + summary(of: unique.map(\.diagnostic)) + "\n"
    }

    /// Returns a count such as `3 errors, 1 warning`.
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

    /// Returns one JSON array and a line feed.
    public func json(for diagnostics: [Diagnostic]) -> String {
        "[" + diagnostics.map(encoded).joined(separator: ",") + "]\n"
    }
}

extension DiagnosticPrinter {
    private struct Group {
        var title: String
        var faults: [SharedFault]
    }

    private func groups(of faults: [SharedFault]) -> [Group] {
        var groups: [Group] = []
        var indices: [String: Int] = [:]
        for fault in faults {
            let location = fault.diagnostic.location
            let title = Diagnostic.Location(node: location.node, page: location.page).description
            if let index = indices[title] {
                groups[index].faults.append(fault)
            } else {
                indices[title] = groups.count
                groups.append(Group(title: title, faults: [fault]))
            }
        }
        return groups
    }

    private func entry(_ fault: SharedFault, indent: Int) -> String {
        let diagnostic = fault.diagnostic
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
        for row in diagnostic.excerpt?.rows({ ControlCharacters.shown(in: $0) }) ?? [] {
            let isAtFault = row.hasUTF8Prefix(">")
            text += "\(margin)  \(isAtFault ? row : style(row, .dim))\n"
        }
        if let pages = pages(of: fault) { text += "\(margin)  \(pages.printable)\n" }
        if let hint = diagnostic.hint {
            text += "\(margin)  \(style("hint:", .cyan)) \(lines(hint, indent: indent + 4))\n"
        }
        return text
    }

    /// Returns `on 12 pages: 'home' (block 2), 'about' and 10 more`; nil when the title names the
    /// page.
    private func pages(of fault: SharedFault) -> String? {
        let places = fault.places
        guard !places.isEmpty, fault.diagnostic.location.page == nil else { return nil }
        let named = places.prefix(3).map { place in
            "'\(place.page)'" + (place.block.map { " (block \($0))" } ?? "")
        }
        let count = places.count == 1 ? "1 page" : "\(places.count) pages"
        let rest = places.count > named.count ? " and \(places.count - named.count) more" : ""
        return "on \(count): \(named.joined(separator: ", "))\(rest)"
    }

    /// Returns text of several lines, such as an engine's stack, with all but the first indented.
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
        // Strings and numbers can always be encoded.
        guard let data = try? encoder.encode(diagnostic) else { return "{}" }
        return ControlCharacters.escaped(inJSON: String(decoding: data, as: UTF8.self))
    }
}
