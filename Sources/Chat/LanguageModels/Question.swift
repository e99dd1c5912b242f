import HTTP
import System

/// One request to an endpoint, and the state of its answer.
final class Question {
    let endpoint: ModelEndpoint
    let key: String?
    /// Microseconds.
    let started = monotonicMicroseconds()
    /// The deadline for the first text, in milliseconds.
    let until: Int
    /// Bytes of text after which the answer is cut off.
    let byteLimit: Int
    var body: ClientBody?
    var progress: AnswerProgress
    /// Why the stream can no longer be read.
    var fault: AnswerDecoder.Fault?
    /// Microseconds from the start.
    var firstText: Int?
    private var decoder: AnswerDecoder
    /// The bytes received last; a property so that its memory is reused.
    private var bytes: [UInt8] = []

    init(
        to endpoint: ModelEndpoint, key: String?, until: Int, tokens: Int,
        beginning: ThoughtFilter.Beginning
    ) {
        progress = AnswerProgress(beginning)
        self.endpoint = endpoint
        self.key = key
        self.until = until
        // No language has more bytes in a token.
        byteLimit = min(tokens, 1 << 24) * 16
        decoder = AnswerDecoder(endpoint.provider)
    }

    /// Whether the model has sent text or thoughts.
    var hasSign: Bool { firstText != nil || progress.hasReasoned }

    /// Waits for more of the body.
    ///
    /// - Returns: false at the end of the body.
    func receive(before deadline: Int) async throws(ClientError) -> Bool {
        guard let body else { return false }
        return try await body.read(into: &bytes, before: deadline)
    }

    /// Decodes the bytes received last.
    func decode() throws(AnswerDecoder.Fault) {
        try decoder.take(bytes, into: &progress)
        if progress.isDone || progress.finish != nil { progress.endText() }
    }

    /// Decodes the rest at the end of the body.
    func decodeEnd() throws(AnswerDecoder.Fault) {
        try decoder.finish(into: &progress)
        progress.endText()
    }
}
