import Core

/// An embedding model's response that does not hold one vector for each text.
struct EmbeddingFault: DiagnosedError, Hashable {
    var message: String

    var diagnostic: Diagnostic {
        Diagnostic(.toolFailed, message, hint: "check which model is configured for embeddings")
    }
}
