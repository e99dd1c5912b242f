import Core

/// Generates a zsh completion script: one function per command, each with the `_arguments` of its
/// options.
struct ZshCompletions {
    private let program: Command

    init(for program: Command) {
        self.program = program
    }

    var script: String {
        """
        #compdef \(program.name)
        # Completions of \(program.name) for zsh: save this file as _\(program.name) in a folder of
        # $fpath, or source it after compinit.

        \(candidates)

        \(program.tree.map(function).joined(separator: "\n"))
        if [[ $funcstack[1] == _\(program.name) ]]; then
            _\(program.name) "$@"
        else
            compdef _\(program.name) \(program.name)
        fi

        """
    }
}

extension ZshCompletions {
    private func name(of path: [String]) -> String {
        "_" + path.joined(separator: "_")
    }

    /// Asks the program for the values that only it knows.
    private var candidates: String {
        let options = Candidates.passedOn.map { name in
            """
                    --\(name)) \(name)=${words[index + 1]} ;;
                    --\(name)=*) \(name)=${words[index]#--\(name)=} ;;
            """
        }.joined(separator: "\n")
        let passedOn = Candidates.passedOn.map { "${\($0):+--\($0)=$\($0)}" }
        return """
            _\(program.name)_candidates() {
                local kind=${@[-1]} index \(Candidates.passedOn.joined(separator: " "))
                local -a offered
                for (( index = 1; index <= $#words; index++ )); do
                    case ${words[index]} in
            \(options)
                    esac
                done
                offered=(${(f)"$(\(program.name) \(Candidates.command) $kind \
                    \(passedOn.joined(separator: " ")) 2>/dev/null)"})
                compadd "${@[1,-2]}" -a offered
            }
            """
    }

    private func function(_ path: [String], _ command: Command) -> String {
        var lines = command.offeredDefinitions(at: path).map(option)
        if command.subcommands.isEmpty {
            lines += command.arguments.enumerated().map { index, argument in
                self.argument(argument.definition, position: index + 1)
            }
            if command.passthrough != nil { lines.append("'*:argument:_files'") }
            return """
                \(name(of: path))() {
                    _arguments -S \\
                        \(lines.joined(separator: " \\\n        "))
                }

                """
        }
        lines += ["'1: :->command'", "'*:: :->rest'"]
        let commands = command.visibleSubcommands.map {
            quoted("\($0.name):\($0.summary)")
        }
        let branches = command.visibleSubcommands.map {
            "        \($0.name)) \(name(of: path + [$0.name])) ;;"
        }
        return """
            \(name(of: path))() {
                local curcontext="$curcontext" state line
                typeset -A opt_args
                local -a commands=(
                    \(commands.joined(separator: "\n        "))
                )
                _arguments -C \\
                    \(lines.joined(separator: " \\\n        "))
                case $state in
                command) _describe -t commands command commands ;;
                rest)
                    case $words[1] in
            \(branches.joined(separator: "\n"))
                    esac
                    ;;
                esac
            }

            """
    }

    private func option(_ option: OptionDefinition) -> String {
        let help = "[\(escaped(option.help, "[]:"))]"
        guard let placeholder = option.placeholder else { return quoted("--\(option.name)\(help)") }
        let repeats = option.isRepeatable ? "*" : ""
        let value =
            "\(escaped(placeholder, ":")):\(action(for: option.kind, option.candidates))"
        return quoted("\(repeats)--\(option.name)=\(help):\(value)")
    }

    private func argument(_ argument: ArgumentDefinition, position: Int) -> String {
        let place = argument.isRepeatable ? "*" : String(position)
        let optional = argument.isRequired || argument.isRepeatable ? "" : ":"
        let action = action(for: argument.kind, argument.candidates)
        let value = "\(escaped(argument.placeholder, ":")):\(action)"
        return quoted("\(place):\(optional)\(value)")
    }

    private func action(for kind: ValueKind, _ candidates: Candidates?) -> String {
        if let candidates { return "_\(program.name)_candidates \(candidates.rawValue)" }
        return switch kind {
        case .text, .name, .integer: " "
        case .choice(let choices): "(\(choices.joined(separator: " ")))"
        case .file: "_files"
        case .directory: "_files -/"
        }
    }

    private func escaped(_ text: String, _ special: String) -> String {
        String(text.flatMap { special.contains($0) ? ["\\", $0] : [$0] })
    }

    private func quoted(_ text: String) -> String {
        "'"
            + text.splitUTF8(separator: "'", omittingEmptySubsequences: false).joined(
                separator: "'\\''")
            + "'"
    }
}
