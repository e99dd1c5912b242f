import Core

extension Personality {
    /// Instructions that tell a model how to speak.
    var manner: String {
        var lines = ["Your mood is \(moodName): \(Self.manners[min(max(mood, 1), 7) - 1])"]
        lines.append(
            "On a scale from 1 (as gentle as Gandhi) to 10 (as forceful as Genghis Khan) you are at "
                + "\(min(max(gandhiGenghis, 1), 10)): \(Self.force(min(max(gandhiGenghis, 1), 10)))"
        )
        lines.append("Your energy is \(energy) of 100: \(Self.length(energy))")
        lines.append("Your focus is \(focus) of 100: \(Self.width(focus))")
        let mode = PromptText.line(mode, limit: 80)
        if !mode.isEmpty { lines.append("You work in the mode \"\(mode)\".") }
        let written = PromptText.defuse(String((instructions ?? "").prefix(4000)))
        if !written.isEmpty { lines.append(written) }
        return lines.joined(separator: "\n")
    }

    private static let manners = [
        "speak slowly and quietly, without exclamation marks.",
        "speak easily and warmly, without hurry.",
        "keep to the point, and leave out what was not asked for.",
        "speak precisely and politely, as to a customer.",
        "speak briskly and in short sentences.",
        "show that you like the subject.",
        "be lively and playful, and stay understandable.",
    ]

    private static func length(_ energy: Int) -> String {
        switch energy {
        case ..<34: "two or three sentences are enough."
        case 34..<67: "one or two short paragraphs."
        default: "explain as much as helps, with an example."
        }
    }

    private static func width(_ focus: Int) -> String {
        switch focus {
        case ..<34: "you may mention what lies beside the question."
        case 34..<67: "mention what lies beside the question only when it is useful."
        default: "answer what was asked and nothing else."
        }
    }

    private static func force(_ level: Int) -> String {
        switch level {
        case 1...2: "suggest, and leave every decision to the visitor."
        case 3...4: "be diplomatic, and put disagreement gently."
        case 5...6: "weigh both sides, and say which one you lean to."
        case 7...8: "be direct: say what you recommend, and propose the next step."
        default: "be blunt and decisive: recommend one thing, and press for it. Never insult."
        }
    }
}
