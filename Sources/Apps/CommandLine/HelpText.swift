import Core

/// The text of `--help`: usage, summary, arguments, options, examples and exit codes.
struct HelpText {
    private static let width = 80
    /// The last column at which descriptions begin; the description of a longer name is below it.
    private static let descriptionColumn = 28

    private let command: Command
    private let path: [String]
    private let version: String?

    init(of command: Command, path: [String], version: String?) {
        self.command = command
        self.path = path
        self.version = version
    }

    var text: String {
        var sections = [[command.summary + "."], usage]
        if !command.discussion.isEmpty {
            sections.append(TextWrapping.lines(command.discussion, width: Self.width))
        }
        sections.append(
            table(
                "Commands:",
                command.visibleSubcommands.map {
                    ($0.name, $0.summary, $0.examples.first.map(\.call))
                }))
        sections.append(table("Arguments:", arguments.map { ($0.0, $0.1, nil) }))
        sections.append(table("Options:", options.map { ($0.0, $0.1, nil) }))
        sections.append(examples)
        sections.append(command.action == nil ? pointer : exitCodes)
        return sections.filter { !$0.isEmpty }
            .map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }
}

extension HelpText {
    private var usage: [String] {
        let head = "Usage: \(path.joined(separator: " "))"
        var parts: [String] = []
        if command.action == nil { parts.append("COMMAND") }
        for option in command.options.map(\.definition) {
            let spelling = option.isRequired ? option.spelling : "[\(option.spelling)]"
            parts.append(option.isRepeatable ? spelling + "..." : spelling)
        }
        parts += command.arguments.map(\.definition.spelling)
        if let passthrough = command.passthrough { parts.append("[-- \(passthrough.placeholder)]") }
        var lines = [head]
        for part in parts {
            if lines[lines.count - 1].count + 1 + part.count <= Self.width {
                lines[lines.count - 1] += " " + part
            } else {
                lines.append(String(repeating: " ", count: head.count + 1) + part)
            }
        }
        return lines
    }

    private var arguments: [(String, String)] {
        var rows = command.arguments.map(\.definition).map {
            ($0.placeholder, description($0.help, notes: [$0.kind.note]))
        }
        if let passthrough = command.passthrough {
            rows.append(("-- \(passthrough.placeholder)", passthrough.help))
        }
        return rows
    }

    private var options: [(String, String)] {
        var rows = command.options.map(\.definition).map { option in
            (
                option.spelling,
                description(
                    option.help,
                    notes: [
                        option.kind.note, option.isRepeatable ? "may be repeated" : nil,
                        option.isRequired ? "required" : nil,
                        option.defaultText.map { "default: \($0)" },
                    ])
            )
        }
        rows.append(("-h, --\(OptionDefinition.help.name)", OptionDefinition.help.help))
        if version != nil, path.count == 1 {
            rows.append(("--\(OptionDefinition.version.name)", OptionDefinition.version.help))
        }
        return rows
    }

    private func description(_ help: String, notes: [String?]) -> String {
        let notes = notes.compactMap { $0 }
        return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
    }

    private var examples: [String] {
        guard !command.examples.isEmpty else { return [] }
        return ["Examples:"]
            + command.examples.flatMap { example in
                ["  \(example.call)"]
                    + TextWrapping.lines(example.meaning, width: Self.width, indent: 6)
            }
    }

    private var pointer: [String] {
        ["'\(path.joined(separator: " ")) COMMAND --help' says more about a command."]
    }

    private var exitCodes: [String] {
        table(
            "Exit codes:",
            ExitCode.allDescribed.map {
                (String($0.code.rawValue), command.exitMeanings[$0.code] ?? $0.meaning, nil)
            })
    }

    /// - Parameter rows: the names with their descriptions. An example is below its text, indented
    ///   more.
    private func table(
        _ title: String, _ rows: [(name: String, text: String, example: String?)]
    ) -> [String] {
        guard !rows.isEmpty else { return [] }
        let longest = rows.map(\.name.count).filter { $0 + 4 <= Self.descriptionColumn }.max()
        let column = longest.map { $0 + 4 } ?? Self.descriptionColumn
        return [title]
            + rows.flatMap { row in
                let lines = TextWrapping.lines(row.text, width: Self.width, indent: column)
                let margin = String(repeating: " ", count: column + 2)
                let example = row.example.map { [margin + $0] } ?? []
                guard row.name.count + 4 <= column, let first = lines.first else {
                    return ["  \(row.name)"] + lines + example
                }
                let gap = String(repeating: " ", count: column - 2 - row.name.count)
                return ["  \(row.name)\(gap)\(first.dropFirst(column))"] + lines.dropFirst()
                    + example
            }
    }
}

extension ExitCode {
    static let allDescribed: [(code: ExitCode, meaning: String)] = [
        (.success, "success"),
        (.content, "content errors: fix the rows listed above"),
        (.usage, "usage error: correct the command line"),
        (.environment, "environment error: the database is down, or a tool is missing"),
    ]
}
