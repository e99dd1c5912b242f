import HTTP
import LanguageModels
import Synchronization

/// The models of one node, as its rows have them now.
final class NodeModels: Sendable {
    /// What questions are put to, and what vectors are made with.
    struct Rows: Hashable, Sendable {
        var chat: [ModelEndpoint] = []
        var embedding: ModelEndpoint?
        /// What is said when no model speaks.
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
    ///   - breakers: one for the process: a server that fails one node fails all.
    ///   - onAttempt: told of each question that was put to a model, or could not be.
    init(
        client: WebClient, keys: ModelKeys, breakers: ModelBreakers,
        onAttempt: @escaping @Sendable (ModelAttempt) -> Void
    ) {
        self.client = client
        self.keys = keys
        self.breakers = breakers
        self.onAttempt = onAttempt
    }

    /// Whom to ask; nil when there is no model.
    var chain: ModelChain? { state.withLock { $0.chain } }

    var embedder: TextEmbedder? { state.withLock { $0.embedder } }

    /// Milliseconds that a question waits for its vector: what the row says, if it says something of
    /// its own. Without the vector words must do.
    var embeddingPatience: Int {
        let row = state.withLock { $0.rows.embedding?.firstTokenTimeout }
        return row.flatMap { $0 == ModelRow.usualFirstTokenTimeout ? nil : $0 } ?? 1500
    }

    /// What the site says itself when no model speaks.
    var replies: [Replies.Own] { state.withLock { $0.rows.replies } }

    /// The names of the models, in the order in which they are asked.
    var names: [String] { state.withLock { $0.rows.chat.map(\.model) } }

    /// The rows were read for the first time, or could not be.
    func noteReading() {
        let waiting = state.withLock { state in
            state.wasRead = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits for `noteReading`: until then nobody knows whether there is a model.
    func firstReading() async {
        await withCheckedContinuation { continuation in
            let wasRead = state.withLock { state in
                if !state.wasRead { state.waiting.append(continuation) }
                return state.wasRead
            }
            if wasRead { continuation.resume() }
        }
    }

    /// Takes up what the rows say; answers under way go on as they began.
    ///
    /// - Returns: whether vectors are made by another model from now on.
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
