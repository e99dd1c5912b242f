import Core

/// An embedding model that answered with something else than a vector for each text.
struct EmbeddingFault: DiagnosedError, Hashable {
    var message: String

    var diagnostic: Diagnostic {
        Diagnostic(.toolFailed, message, hint: "check which model is configured for embeddings")
    }
}
