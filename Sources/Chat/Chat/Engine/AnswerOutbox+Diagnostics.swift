import Core

extension Diagnostic {
    /// Describes why an answer will never be stored.
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
