import ChatStore
import Diagnostics

extension Diagnostic {
    /// Why an answer will never be stored.
    init(_ reason: AnswerOutbox.Loss.Reason) {
        self =
            switch reason {
            case .full:
                Diagnostic(.databaseUnavailable, "too many answers wait for the database")
            case .ended:
                Diagnostic(
                    .databaseUnavailable,
                    "the database did not come back before the program's end")
            case .refused(let error): error.diagnostic
            }
    }
}

extension NodePersonality {
    init(_ personality: Personality) {
        self.init(
            mood: personality.mood, mode: personality.mode,
            gandhiGenghis: personality.gandhiGenghis, energy: personality.energy,
            focus: personality.focus, name: personality.name ?? "Robbie",
            instructions: personality.instructions ?? "")
    }
}

/// `AnswerOutcome` has a type of the same name.
typealias StoredCitation = Citation

/// Models have a type of the same name: this one is a row.
typealias ModelUsageRow = ModelUsage
