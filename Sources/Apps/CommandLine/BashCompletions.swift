/// Generates a bash completion script that depends only on bash.
///
/// The script follows the words to the command, skipping the values of options. Then it offers the
/// values of the option before the cursor, else options, subcommands or the argument's values.
struct BashCompletions {
    private let program: Command

    init(for program: Command) {
        self.program = program
    }

    var script: String {
        """
        # Completions of \(program.name) for bash: source this file, or save it as
        # ~/.local/share/bash-completion/completions/\(program.name)
        \(function)() {
            local cur="${COMP_WORDS[COMP_CWORD]}" prev="" path="\(program.name)" index word
            local offered="" kind="" candidates="" joined="" \(Candidates.passedOn.joined(separator: "= "))=
            COMPREPLY=()
            (( COMP_CWORD > 0 )) && prev="${COMP_WORDS[COMP_CWORD - 1]}"
            # bash splits --option=value at the equals sign, unless COMP_WORDBREAKS lacks it.
            if [[ $cur == --*=* ]]; then
                prev="${cur%%=*}" joined="${cur%%=*}=" cur="${cur#*=}"
            elif [[ $cur == "=" ]]; then
                cur=""
            elif [[ $prev == "=" ]] && (( COMP_CWORD > 1 )); then
                prev="${COMP_WORDS[COMP_CWORD - 2]}"
            fi
            for (( index = 1; index < COMP_CWORD; index++ )); do
                word="${COMP_WORDS[index]}"
                case "$path $word" in
        \(walk)
                *" --") kind=file; break ;;
                esac
            done
            if [[ -z $kind ]]; then
                case "$path $prev" in
        \(values)
                *)
                    case "$path" in
        \(words)
                    esac
                    if [[ $cur != -* ]]; then
                        case "$path" in
        \(argumentKinds)
                        esac
                    fi
                    ;;
                esac
            fi
            while IFS= read -r word; do
                COMPREPLY+=("$joined$word")
            done < <(
                [[ -n $offered ]] && compgen -W "$offered" -- "$cur"
                [[ $kind == file ]] && compgen -f -- "$cur"
                [[ $kind == directory ]] && compgen -d -- "$cur"
            )
            if [[ -n $candidates ]]; then
                while IFS= read -r word; do
                    [[ -n $word ]] && COMPREPLY+=("$joined$word")
                done < <("${COMP_WORDS[0]}" \(Candidates.command) "$candidates" \(passedOn) \
                    ${cur:+-- "$cur"} 2>/dev/null)
            fi
            [[ -n $kind ]] && compopt -o filenames 2>/dev/null
            return 0
        }
        complete -F \(function) \(program.name)

        """
    }
}

extension BashCompletions {
    private var function: String { "_\(program.name)" }

    /// The options already on the line, which are passed to the program.
    private var passedOn: String {
        Candidates.passedOn.map { "${\($0):+--\($0)=\"$\($0)\"}" }.joined(separator: " ")
    }

    private func quoted(_ path: [String], _ word: String) -> String {
        "\"\(path.joined(separator: " ")) \(word)\""
    }

    /// Enters a subcommand, or skips the value of an option.
    private var walk: String {
        program.tree.flatMap { path, command in
            command.visibleSubcommands.map {
                "        \(quoted(path, $0.name))) path=\"$path $word\" ;;"
            }
                + command.definitions.filter { !$0.isFlag }.map {
                    """
                            \(quoted(path, "--" + $0.name))) [[ ${COMP_WORDS[index + 1]} == "=" ]] \
                    && (( index++ )); (( index++ ))\(note($0.name)) ;;
                    """
                }
                + command.definitions.map(\.name).filter(Candidates.passedOn.contains).map {
                    joinedNote(path, $0)
                }
        }.joined(separator: "\n")
    }

    /// Handles `--node=te` as one word.
    private func joinedNote(_ path: [String], _ option: String) -> String {
        "        \(quoted(path, "--" + option + "="))*) \(option)=\"${word#*=}\" ;;"
    }

    private func note(_ option: String) -> String {
        guard Candidates.passedOn.contains(option) else { return "" }
        // The word under the cursor is not a complete value yet.
        return "; (( index < COMP_CWORD )) && \(option)=${COMP_WORDS[index]}"
    }

    private var values: String {
        program.tree.flatMap { path, command in
            command.definitions.filter { !$0.isFlag }.map {
                "    \(quoted(path, "--" + $0.name))) \(assignment(for: $0.kind, $0.candidates)) ;;"
            }
        }.joined(separator: "\n")
    }

    private var words: String {
        program.tree.map { path, command in
            let options = command.offeredDefinitions(at: path).map { "--" + $0.name }
            let names = command.visibleSubcommands.map(\.name)
            let offered = (names + options).joined(separator: " ")
            return "        \"\(path.joined(separator: " "))\") offered=\"\(offered)\" ;;"
        }.joined(separator: "\n")
    }

    private var argumentKinds: String {
        let cases = program.tree.compactMap { path, command -> String? in
            guard let argument = command.arguments.first?.definition else { return nil }
            let name = path.joined(separator: " ")
            return
                "            \"\(name)\") \(assignment(for: argument.kind, argument.candidates)) ;;"
        }
        return (cases + ["            *) ;;"]).joined(separator: "\n")
    }

    private func assignment(for kind: ValueKind, _ candidates: Candidates?) -> String {
        if let candidates { return "candidates=\(candidates.rawValue)" }
        return switch kind {
        case .text, .name, .integer: ":"
        case .choice(let choices): "offered=\"\(choices.joined(separator: " "))\""
        case .file: "kind=file"
        case .directory: "kind=directory"
        }
    }
}
