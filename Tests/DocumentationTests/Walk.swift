import TestSupport

/// The steps of a document that are meant to be run, in order.
///
/// A comment above a fenced block says what the block is:
///
/// ```
/// <!-- run -->              a script that ends well
/// <!-- run, exit 1 -->      a script whose last command exits with 1
/// <!-- serve /path: text --> a server whose page at /path has the text
/// <!-- prints -->           lines that the script above prints
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
    /// A printed line without what differs between machines: times, sizes and numbers of files.
    static func comparable(_ line: String) -> String {
        line.replacing(/[0-9]+(\.[0-9]+)? (ms|KiB|MiB|files)/) { "# \($0.output.2)" }
            .replacing(/[ ]+$/, with: "")
    }
}
