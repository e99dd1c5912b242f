import Core
import LanguageModels
import PostgreSQL

/// Answers a question for a node: with its models or, if none of them answers, with quotations from
/// its pages.
struct AnswerGenerator: Sendable {
    /// A question and the conversation before it.
    struct Request: Sendable {
        var question: String
        var turns: [Prompt.Turn] = []
        var summary = ""
        /// 1 to 7; nil for the node's own mood.
        var mood: Int?
        /// nil for the models' own limit.
        var maximumTokens: Int?
        /// The answer ends before the first of these texts.
        var stops: [String] = []

        /// Earlier questions that this one may refer to, newest first; empty when it can be
        /// understood alone.
        var questionsBefore: [String] {
            guard KnowledgeBase.isFollowUp(question) else { return [] }
            return turns.reversed().filter { $0.role == .user }.prefix(2).map(\.text)
        }
    }

    /// The result of the search for a question.
    enum SearchOutcome: Sendable {
        case found(SearchResults)
        /// The search is unavailable.
        case unavailable(Diagnostic)

        var passages: [Passage] {
            if case .found(let results) = self { results.passages } else { [] }
        }
    }

    /// The material for an answer.
    struct Material: Sendable {
        var request: Request
        var search: SearchOutcome

        /// Releases the prompt's material, which may be large and is not needed once a model has
        /// begun.
        mutating func release() {
            request.turns = []
            request.summary = ""
            search = .found(SearchResults(question: ""))
        }
    }

    let node: String
    let siteName: String
    let models: NodeModels
    let knowledge: KnowledgeBase
    /// Maximum number of passages that a prompt quotes.
    private static let passageLimit = 6

    /// Searches the pages.
    ///
    /// - Parameter before: earlier questions, newest first.
    func search(_ question: String, before: [String] = []) async -> SearchOutcome {
        do {
            // A vector reflects the conversation only if the text to embed includes it.
            let whole = before.first.map { "\($0)\n\(question)" } ?? question
            let embedding = await embedding(of: whole)
            return .found(
                try await knowledge.find(
                    node: node, question: question, before: before, embedding: embedding,
                    limit: Self.passageLimit))
        } catch {
            return .unavailable(Diagnostic(reporting: error))
        }
    }

    /// Returns the vector of a question; nil when there is no embedding model, or it takes too
    /// long.
    func embedding(of question: String) async -> Embedding? {
        guard let embedder = models.embedder else { return nil }
        let patience = models.embeddingPatience
        return await withTaskGroup(of: Embedding?.self) { group in
            group.addTask { try? await embedder.question(question) }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(patience))
                return nil
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? nil
        }
    }

    /// Writes the answer to a log.
    ///
    /// - Returns: how the answer ended. The caller ends the log, after storing the answer.
    func answer(
        _ material: inout Material, personality: Personality, into log: AnswerLog
    ) async -> AnswerOutcome {
        if let chain = models.chain,
            let outcome = await ask(chain, &material, personality, into: log)
        {
            return outcome
        }
        if Task.isCancelled { return AnswerOutcome(status: .stopped, source: .retrieval) }
        guard case .found(let results) = material.search else {
            return AnswerOutcome(status: .failed, source: .retrieval)
        }
        let answer = RetrievalAnswer.compose(
            results,
            replies: Replies(name: personality.name, site: siteName, own: models.replies))
        var status = Message.Status.complete
        var stop = StopText(material.request.stops)
        for piece in Self.pieces(of: answer.text) + [nil] {
            let text = piece.map { stop.take($0) } ?? stop.finish()
            if !log.append(text) { status = .cutOff }
        }
        return AnswerOutcome(
            status: status, source: .retrieval,
            citations: answer.citations)
    }

    /// - Returns: nil when no model has answered.
    private func ask(
        _ chain: ModelChain, _ material: inout Material, _ personality: Personality,
        into log: AnswerLog
    ) async -> AnswerOutcome? {
        let (prompt, citations) = prompt(material, personality, for: chain)
        var outcome = AnswerOutcome(status: .complete, source: .model, citations: citations)
        let maximumTokens = material.request.maximumTokens
        var answering: ModelEndpoint?
        var stop = StopText(material.request.stops)
        for await event in chain.answer(prompt, maximumTokens: maximumTokens) {
            switch event {
            case .began(let endpoint):
                outcome.model = endpoint.model
                answering = endpoint
                material.release()
            case .text(let text):
                guard log.append(stop.take(text)) else {
                    outcome.status = .cutOff
                    return outcome
                }
                if stop.isOver {
                    // The model's stream is cancelled, so it does not report its usage.
                    let tokens = PromptComposer.tokens(in: log.text)
                    outcome.count(ModelUsage(outputTokens: tokens), of: answering)
                    return outcome
                }
            case .ended(.complete(let usage)):
                _ = log.append(stop.finish())
                outcome.count(usage, of: answering)
                return outcome
            case .ended(.cutOff(_, let usage)):
                _ = log.append(stop.finish())
                outcome.status = .cutOff
                outcome.count(usage, of: answering)
                return outcome
            case .ended(.unavailable): return nil
            }
        }
        // Without an end event, the task was cancelled.
        outcome.status = .stopped
        return outcome.model == nil ? nil : outcome
    }

    private func prompt(
        _ material: Material, _ personality: Personality, for chain: ModelChain
    ) -> (Prompt, [Citation]) {
        let room = chain.endpoints.map { $0.contextTokens - $0.maximumOutputTokens }.min() ?? 0
        let composer = PromptComposer(
            siteName: siteName, personality: personality, budget: max(512, room * 9 / 10))
        let composition = composer.compose(
            summary: material.request.summary, turns: material.request.turns,
            passages: material.search.passages, question: material.request.question)
        return (
            Prompt(system: composition.system, turns: composition.turns),
            composition.citations.enumerated().map {
                $1.numbered($0 + 1)
            }
        )
    }

    /// Splits a complete answer into a few pieces of whole lines.
    static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for line in text.splitUTF8(separator: "\n", omittingEmptySubsequences: false) {
            if !piece.isEmpty, piece.utf8.count + line.utf8.count > 240 {
                pieces.append(piece)
                piece = ""
            }
            piece += line + "\n"
        }
        piece = piece.droppingUTF8Suffix("\n").map(String.init) ?? piece
        return piece.isEmpty ? pieces : pieces + [piece]
    }
}
