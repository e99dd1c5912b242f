public import Diagnostics

/// An embedding model that answered with something else than a vector for each text.
public struct EmbeddingFault: DiagnosedError, Hashable {
    public var message: String

    public var diagnostic: Diagnostic {
        Diagnostic(.toolFailed, message, hint: "check which model is configured for embeddings")
    }
}
