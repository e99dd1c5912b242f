import HTTP
import System

/// A question that was put to an endpoint, and what came of it so far.
final class Question {
    let endpoint: ModelEndpoint
    let key: String?
    /// In microseconds.
    let started = monotonicMicroseconds()
    /// When there must be text, in milliseconds.
    let until: Int
    /// Bytes of text after which an answer has no end.
    let byteLimit: Int
    var body: ClientBody?
    var progress: AnswerProgress
    /// Why the stream cannot be read on.
    var fault: AnswerDecoder.Fault?
    /// Microseconds from the start.
    var firstText: Int?
    private var decoder: AnswerDecoder
    /// What was received last; kept for its memory.
    private var bytes: [UInt8] = []

    init(
        to endpoint: ModelEndpoint, key: String?, until: Int, tokens: Int,
        beginning: ThoughtFilter.Beginning
    ) {
        progress = AnswerProgress(beginning)
        self.endpoint = endpoint
        self.key = key
        self.until = until
        // No language has more in a token.
        byteLimit = min(tokens, 1 << 24) * 16
        decoder = AnswerDecoder(endpoint.provider)
    }

    /// Whether the model works at an answer, though nothing of it may have been text.
    var hasSign: Bool { firstText != nil || progress.hasReasoned }

    /// Waits for more of the body.
    ///
    /// - Returns: false at its end.
    func receive(before deadline: Int) async throws(ClientError) -> Bool {
        guard let body else { return false }
        return try await body.read(into: &bytes, before: deadline)
    }

    /// Reads what was received last.
    func decode() throws(AnswerDecoder.Fault) {
        try decoder.take(bytes, into: &progress)
        if progress.isDone || progress.finish != nil { progress.endText() }
    }

    /// The body has come to its end.
    func decodeEnd() throws(AnswerDecoder.Fault) {
        try decoder.finish(into: &progress)
        progress.endText()
    }
}
