import Core

/// Parses the arguments of one call from left to right.
struct CommandParser {
    private var rest: ArraySlice<String>
    private var command: Command
    private var path: [String]
    private var optionValues: [String: [String]] = [:]
    private var positionals: [String] = []
    private var passthrough: [String] = []
    private let version: String?

    init(_ arguments: [String], of program: Command, version: String?) {
        rest = arguments[...]
        command = program
        path = [program.name]
        self.version = version
    }

    mutating func parse() throws(Diagnostic) -> Command.Outcome {
        while let word = rest.popFirst() {
            if word == "--" {
                takeRest()
            } else if word == "--help" || word == "-h" {
                return .show(HelpText(of: command, path: path, version: version).text)
            } else if word == "--version", path.count == 1, let version {
                return .show("\(command.name) \(version)\n")
            } else if word.hasUTF8Prefix("-"), word != "-" {
                try readOption(word)
            } else if command.action == nil {
                if word == "help", path.count == 1 {
                    return try help()
                }
                try enter(word)
            } else {
                positionals.append(word)
            }
        }
        if command.action == nil {
            return try missingCommand()
        }
        try checkRequiredOptions()
        return .run(
            Invocation(
                path: path, command: command, passthrough: passthrough,
                optionValues: optionValues, argumentValues: try assignPositionals()))
    }

    private func usage(_ message: String, hint: String? = nil) -> Diagnostic {
        .usage(message, hint: hint, path: path)
    }
}

extension CommandParser {
    private mutating func takeRest() {
        if command.passthrough == nil {
            positionals += rest
        } else {
            passthrough = Array(rest)
        }
        rest = []
    }

    private mutating func enter(_ word: String) throws(Diagnostic) {
        guard let next = command.subcommands.first(where: { $0.name == word }) else {
            throw usage(
                "there is no command '\((path.dropFirst() + [word]).joined(separator: " "))'",
                hint: nearMiss(for: word, among: command.visibleSubcommands.map(\.name))
                    .map { "did you mean '\($0)'?" })
        }
        command = next
        path.append(word)
    }

    /// Treats `robbieblocks help db start` as `robbieblocks db start --help`.
    private mutating func help() throws(Diagnostic) -> Command.Outcome {
        while let word = rest.popFirst() { try enter(word) }
        return .show(HelpText(of: command, path: path, version: version).text)
    }

    private func missingCommand() throws(Diagnostic) -> Command.Outcome {
        if path.count == 1 {
            return .show(HelpText(of: command, path: path, version: version).text)
        }
        let names = command.visibleSubcommands.map { "'\($0.name)'" }.joined(separator: ", ")
        throw usage(
            "'\(path.joined(separator: " "))' needs a command", hint: "there is \(names)")
    }
}

extension CommandParser {
    private mutating func readOption(_ word: String) throws(Diagnostic) {
        let equals = word.firstUTF8Index(of: "=")
        let spelled = String(word[..<(equals ?? word.endIndex)])
        let attached = equals.map { String(word[word.utf8.index(after: $0)...]) }
        guard let option = definition(spelled: spelled) else { throw unknownOption(spelled) }
        if option.isFlag {
            guard attached == nil else { throw usage("\(spelled) takes no value") }
            optionValues[option.name] = [""]
            return
        }
        let value: String
        if let attached { value = attached } else { value = try takeValue(of: option) }
        if let fault = option.kind.fault(in: value) {
            throw usage("\(spelled) \(fault.reason)", hint: fault.hint)
        }
        guard option.isRepeatable || optionValues[option.name] == nil else {
            throw usage("\(spelled) is given twice", hint: "it takes one value")
        }
        optionValues[option.name, default: []].append(value)
    }

    /// Takes the next word as the value, unless it looks like an option itself.
    private mutating func takeValue(of option: OptionDefinition) throws(Diagnostic) -> String {
        guard let next = rest.first, next != "--" else {
            throw usage("--\(option.name) needs a value", hint: "write \(option.spelling)")
        }
        var isNumber = false
        if case .integer = option.kind { isNumber = Int(next) != nil }
        guard !next.hasUTF8Prefix("-") || next == "-" || isNumber else {
            throw usage(
                "--\(option.name) needs a value, and '\(next)' looks like an option",
                hint: "write --\(option.name)=\(next) if it is the value")
        }
        rest.removeFirst()
        return next
    }

    private func definition(spelled: String) -> OptionDefinition? {
        guard let name = spelled.droppingUTF8Prefix("--") else { return nil }
        return command.options.lazy.map(\.definition).first { $0.name == name }
    }

    private func unknownOption(_ spelled: String) -> Diagnostic {
        let name = String(Substring(spelled.utf8.drop { $0 == UInt8(ascii: "-") }))
        let options = command.options.map(\.definition)
        var hint: String?
        if let near = nearMiss(for: name, among: options.map(\.name) + ["help"]) {
            hint = "did you mean '--\(near)'?"
        } else if command.action == nil,
            let owner = command.subcommands.first(where: {
                $0.options.contains { $0.definition.name == name }
            })
        {
            let call = (path + [owner.name, spelled]).joined(separator: " ")
            hint = "options come after the command: '\(call)'"
        } else if let passthrough = command.passthrough {
            let call = (path + ["--", spelled]).joined(separator: " ")
            hint = "put \(passthrough.placeholder) after '--': '\(call) …'"
        }
        return usage("there is no option '\(spelled)'", hint: hint)
    }

    private func checkRequiredOptions() throws(Diagnostic) {
        for option in command.options.map(\.definition)
        where option.isRequired && optionValues[option.name] == nil {
            throw usage("--\(option.name) is missing", hint: "add \(option.spelling)")
        }
    }
}

extension CommandParser {
    private func assignPositionals() throws(Diagnostic) -> [String: [String]] {
        var values: [String: [String]] = [:]
        var left = positionals[...]
        for argument in command.arguments.map(\.definition) {
            let taken = argument.isRepeatable ? left : left.prefix(1)
            left = left.dropFirst(taken.count)
            guard !taken.isEmpty || !argument.isRequired else {
                throw usage("\(argument.placeholder) is missing")
            }
            for value in taken {
                if let fault = argument.kind.fault(in: value) {
                    throw usage("\(argument.placeholder) \(fault.reason)", hint: fault.hint)
                }
            }
            values[argument.placeholder] = Array(taken)
        }
        if let extra = left.first {
            throw usage(
                "'\(extra)' is not expected here",
                hint: command.passthrough.map { "put \($0.placeholder) after '--'" })
        }
        return values
    }
}
