import TestSupport

/// The steps of a document that are meant to be run, in order.
///
/// A comment above a fenced block says what the block is:
///
/// ```
/// <!-- run -->              a script that ends well
/// <!-- run, exit 1 -->      a script whose last command exits with 1
/// <!-- serve /path: text --> a server whose page at /path has the text
/// <!-- prints -->           lines that the script above prints, with … for what is left out
/// ```
struct Walk {
    struct Step: Sendable {
        enum Action: Sendable, Hashable {
            case run(exit: Int32)
            case serve(path: String, text: String)
        }

        var action: Action
        var script: String
        /// Where the script begins in the document.
        var line: Int
        var prints: [String] = []
    }

    private(set) var steps: [Step] = []

    /// - Throws: when a comment is not followed by a block, or is of no known form.
    init(_ document: String) throws {
        let lines = document.split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        var index = 0
        while index < lines.count {
            guard lines[index].hasPrefix("<!-- "), lines[index].hasSuffix(" -->") else {
                index += 1
                continue
            }
            let words = String(lines[index].dropFirst(5).dropLast(4))
            let start = index + 2
            guard index + 1 < lines.count, lines[index + 1].hasPrefix("```"),
                let end = lines[start...].firstIndex(of: "```")
            else { throw Malformed(line: index + 1) }
            let block = Array(lines[start..<end])
            if words == "prints", !steps.isEmpty {
                steps[steps.count - 1].prints += block
            } else if let action = Self.action(words) {
                steps.append(
                    Step(action: action, script: block.joined(separator: "\n"), line: start + 1))
            } else {
                throw Malformed(line: index + 1)
            }
            index = end + 1
        }
    }

    struct Malformed: Error {
        var line: Int
    }

    private static func action(_ words: String) -> Step.Action? {
        if words == "run" { return .run(exit: 0) }
        if let code = after("run, exit ", in: words).flatMap({ Int32($0) }) {
            return .run(exit: code)
        }
        guard let rest = after("serve ", in: words), let colon = rest.firstRange(of: ": ") else {
            return nil
        }
        return .serve(
            path: String(rest[..<colon.lowerBound]), text: String(rest[colon.upperBound...]))
    }

    private static func after(_ prefix: String, in text: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }
}

extension Walk {
    /// Whether one of the lines is that of the document, where `…` stands for any text.
    static func isPrinted(_ expected: String, in lines: [String]) -> Bool {
        let parts = trimmed(expected).split(separator: "…", omittingEmptySubsequences: false)
        return lines.contains { line in
            var rest = trimmed(line)
            for (index, part) in parts.enumerated() {
                let isLast = index == parts.count - 1
                if index == 0 {
                    guard rest.hasPrefix(part) else { return false }
                    rest = rest.dropFirst(part.count)
                } else if isLast {
                    return rest.hasSuffix(part)
                } else {
                    guard let found = rest.firstRange(of: part) else { return false }
                    rest = rest[found.upperBound...]
                }
            }
            return rest.isEmpty
        }
    }

    /// Without blanks at the end; a line that is `…` alone may be indented.
    private static func trimmed(_ line: String) -> Substring {
        let end = line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex
        let text = line[..<end]
        return text.drop { $0 == " " } == "…" ? "…" : text
    }
}
