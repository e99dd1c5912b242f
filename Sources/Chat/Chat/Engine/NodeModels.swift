import HTTP
import LanguageModels
import Synchronization

/// The current models of one node, according to its rows.
final class NodeModels: Sendable {
    /// The models for answers and for vectors, and the configured replies.
    struct Rows: Hashable, Sendable {
        var chat: [ModelEndpoint] = []
        var embedding: ModelEndpoint?
        /// Texts used when no model answers.
        var replies: [Replies.Own] = []
    }

    private struct State {
        var rows = Rows()
        var chain: ModelChain?
        var embedder: TextEmbedder?
        var wasRead = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let client: WebClient
    private let keys: ModelKeys
    private let breakers: ModelBreakers
    private let onAttempt: @Sendable (ModelAttempt) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - breakers: shared by all nodes of the process, since a failing server fails for all of
    ///     them.
    ///   - onAttempt: called for each request to a model, and for each that could not be made.
    init(
        client: WebClient, keys: ModelKeys, breakers: ModelBreakers,
        onAttempt: @escaping @Sendable (ModelAttempt) -> Void
    ) {
        self.client = client
        self.keys = keys
        self.breakers = breakers
        self.onAttempt = onAttempt
    }

    /// The chat models in order; nil when there are none.
    var chain: ModelChain? { state.withLock { $0.chain } }

    var embedder: TextEmbedder? { state.withLock { $0.embedder } }

    /// Milliseconds to wait for a question's vector: the row's own value, if it differs from the
    /// default. After that the search uses words only.
    var embeddingPatience: Int {
        let row = state.withLock { $0.rows.embedding?.firstTokenTimeout }
        return row.flatMap { $0 == ModelRow.usualFirstTokenTimeout ? nil : $0 } ?? 1500
    }

    /// Texts of the site used when no model answers.
    var replies: [Replies.Own] { state.withLock { $0.rows.replies } }

    /// The names of the chat models, in order of use.
    var names: [String] { state.withLock { $0.rows.chat.map(\.model) } }

    /// Notes that the rows were read for the first time, or could not be read.
    func noteReading() {
        let waiting = state.withLock { state in
            state.wasRead = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits for `noteReading`: until then it is unknown whether there is a model.
    func firstReading() async {
        await withCheckedContinuation { continuation in
            let wasRead = state.withLock { state in
                if !state.wasRead { state.waiting.append(continuation) }
                return state.wasRead
            }
            if wasRead { continuation.resume() }
        }
    }

    /// Uses new rows from now on; answers in progress are not affected.
    ///
    /// - Returns: whether the embedding model has changed.
    func use(_ rows: Rows) -> Bool {
        state.withLock { state in
            guard rows != state.rows else { return false }
            let isNew = rows.embedding != state.rows.embedding
            state.rows = rows
            state.chain =
                rows.chat.isEmpty
                ? nil
                : ModelChain(
                    endpoints: rows.chat, client: client, keys: keys, breakers: breakers,
                    onAttempt: onAttempt)
            state.embedder = rows.embedding.map { endpoint in
                let embedder = Embedder(
                    endpoint: endpoint, client: client, keys: keys, breakers: breakers,
                    onFailure: onAttempt)
                return TextEmbedder(model: endpoint.model) { try await embedder.embed($0) }
            }
            return isNew
        }
    }
}
