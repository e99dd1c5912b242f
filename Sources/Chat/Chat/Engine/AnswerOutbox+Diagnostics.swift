import Core

extension Diagnostic {
    /// Describes why an answer will never be stored.
    init(_ reason: AnswerOutbox.Loss.Reason) {
        self =
            switch reason {
            case .full:
                Diagnostic(.databaseUnavailable, "too many answers are waiting for the database")
            case .ended:
                Diagnostic(
                    .databaseUnavailable,
                    "the database was not available again before the program ended")
            case .refused(let error): error.diagnostic
            }
    }
}
