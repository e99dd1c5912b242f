import Core
import FoundationEssentials
import LanguageModels
import Synchronization
import System

/// Accepts questions, has them answered, and stores the conversations.
///
/// Each answer is produced by its own task and written to a log, so that it survives the connection
/// on which it was requested.
final class ChatEngine: Sendable {
    let store: ChatStore
    let knowledge: KnowledgeBase
    let nodes: [String: ChatNode]
    let registry: AnswerRegistry
    let outbox: AnswerOutbox
    let metrics: ChatMetrics
    private let ceilings: Mutex<Ceilings>
    private let starts = AnswerStarts()

    init(
        store: ChatStore, knowledge: KnowledgeBase, nodes: [ChatNode], limits: CeilingLimits,
        registry: AnswerRegistry = AnswerRegistry(), metrics: ChatMetrics,
        report: @escaping @Sendable (ChatEvent) -> Void
    ) {
        self.store = store
        self.knowledge = knowledge
        self.nodes = Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0) })
        self.registry = registry
        self.metrics = metrics
        ceilings = Mutex(Ceilings(limits))
        outbox = AnswerOutbox(store: store) { loss in
            metrics.lostAnswer(node: loss.exchange.node)
            report(.answerLost(message: loss.exchange.answer.text, Diagnostic(loss.reason)))
        }
    }

    /// Updates the metrics that are measured elsewhere.
    func observe() {
        metrics.observe(running: registry.running.count, waiting: outbox.count)
    }

    // MARK: Ceilings

    private static var now: Double { Double(monotonicMicroseconds()) / 1000 }

    /// Counts one call of the API.
    func admit(_ caller: Ceilings.Caller) throws(ChatFault) {
        try look { ceilings throws(Ceilings.Refusal) in
            try ceilings.request(from: caller, now: Self.now)
        }
    }

    /// Counts a conversation that begins without a question.
    func beginConversation(_ caller: Ceilings.Caller) throws(ChatFault) {
        try look { ceilings throws(Ceilings.Refusal) in
            try ceilings.beginConversation(for: caller, now: Self.now)
        }
    }

    func openSocket(_ caller: Ceilings.Caller) throws(ChatFault) {
        try look { ceilings throws(Ceilings.Refusal) in try ceilings.openSocket(for: caller) }
    }

    func closeSocket(_ caller: Ceilings.Caller) {
        ceilings.withLock { $0.closeSocket(for: caller) }
    }

    private func look(
        _ body: (inout Ceilings) throws(Ceilings.Refusal) -> Void
    ) throws(ChatFault) {
        do throws(Ceilings.Refusal) {
            try ceilings.withLock { ceilings throws(Ceilings.Refusal) in try body(&ceilings) }
        } catch {
            metrics.refused(by: error.ceiling)
            throw ChatFault(error)
        }
    }

    private func beginAnswer(_ caller: Ceilings.Caller) throws(ChatFault) {
        try look { ceilings throws(Ceilings.Refusal) in
            try ceilings.beginAnswer(for: caller, now: Self.now)
        }
    }

    private func endAnswer(_ caller: Ceilings.Caller) {
        ceilings.withLock { $0.endAnswer(for: caller) }
    }

    // MARK: Questions

    /// Accepts a visitor's question and starts its answer.
    ///
    /// A repeated question with the same key is not asked again: it gets the answer in progress, or
    /// the stored one.
    ///
    /// - Parameters:
    ///   - isResumable: whether the answer continues for a while without a reader.
    func ask(
        _ question: ChatQuestion, of visitor: UUID, caller: Ceilings.Caller, isResumable: Bool
    ) async throws(ChatFault) -> RunningAnswer {
        guard let node = nodes[caller.node] else { throw .unknownNode }
        try beginAnswer(caller)
        let started = monotonicMicroseconds()
        let request = Question(question, of: visitor, on: node.name)
        let headStart = startEarly(question, request, on: node)
        var isHandedOn = false
        defer {
            if headStart.answerTask != nil { starts.leave(request) }
            if !isHandedOn {
                endAnswer(caller)
                headStart.cancel()
            }
        }

        let exchange: Exchange
        do throws(ChatStoreError) {
            exchange = try await store.begin(request)
        } catch {
            throw ChatFault(error)
        }
        if let stored = exchange.storedAnswer {
            let answer = RunningAnswer(
                log: makeLog(exchange.ids), caller: caller, exchange: exchange,
                isResumable: isResumable)
            _ = answer.log.append(stored.text)
            answer.log.end(AnswerOutcome(stored))
            return isResumable ? registry.add(answer) : answer
        }
        if headStart.answerTask == nil { await starts.wait(for: exchange.answer) }
        // Different ids mean that the question was stored before, as part of a conversation.
        let early = exchange.ids == request.ids ? headStart.answerTask : nil
        let log = early == nil ? makeLog(exchange.ids) : headStart.log
        let needed = exchange.withoutTurns
        let answer = RunningAnswer(
            log: log, caller: caller, exchange: needed, isResumable: isResumable)
        let known = registry.add(answer)
        guard known === answer else { return known }
        isHandedOn = true
        if early == nil { headStart.answerTask?.cancel() }
        let answerTask =
            early
            ?? AnswerTask(
                AnswerGenerator.Request(
                    question: exchange.text, turns: exchange.turns,
                    summary: exchange.summary ?? "", mood: question.mood),
                headStart.search, of: node, into: log)
        let long = Summariser.Long(exchange)
        answer.start { [self] in
            await finish(answer, answerTask, needed, long, on: node, since: started)
        }
        return answer
    }

    /// The work started for a question while it is being stored.
    private struct HeadStart {
        var search: AnswerTask.Search?
        var log: AnswerLog
        var answerTask: AnswerTask?

        func cancel() {
            search?.cancel()
            answerTask?.cancel()
        }
    }

    /// Starts what can be done before the question is stored. The search for most questions does
    /// not depend on the conversation. The first question of a conversation needs nothing else, so
    /// its answer starts at once. Nothing is sent to the visitor until the question is stored.
    private func startEarly(
        _ question: ChatQuestion, _ request: Question, on node: ChatNode
    ) -> HeadStart {
        var headStart = HeadStart(log: makeLog(request.ids))
        guard !question.message.isEmpty else { return headStart }
        // "And how much is that?" waits until the earlier questions are loaded.
        guard request.isFirst || !KnowledgeBase.isFollowUp(question.message) else {
            return headStart
        }
        headStart.search = .immediate { await node.generator.search(question.message) }
        if request.isFirst, starts.enter(request) {
            headStart.answerTask = AnswerTask(
                AnswerGenerator.Request(question: question.message, mood: question.mood),
                headStart.search,
                of: node, into: headStart.log)
        }
        return headStart
    }

    private func makeLog(_ ids: Question.IDs) -> AnswerLog {
        AnswerLog(AnswerIdentity(ids)) { monotonicMilliseconds() }
    }

    private func finish(
        _ answer: RunningAnswer, _ answerTask: AnswerTask, _ exchange: Exchange,
        _ long: Summariser.Long?, on node: ChatNode, since started: Int
    ) async {
        defer { endAnswer(answer.caller) }
        var outcome = await answerTask.outcome
        outcome.adapt(to: answer.ending, hasText: !answer.log.isEmpty)
        outcome.keepCited(in: answer.log.text)
        // Stored before the end is announced, so that a client that then loads the conversation
        // finds the answer.
        await outbox.store(exchange, Answer(answer.log.text, outcome))
        answer.log.end(outcome)
        registry.removeEnded(answer)
        metrics.answered(
            node: node.name, outcome, microseconds: monotonicMicroseconds() - started)
        node.noteWriter(exchange.visitor)
        if let long, outcome.status == .complete, outcome.source == .model {
            node.summarise(long, store: store)
        }
    }

    /// Answers an API client's question. The answer is neither stored nor resumable.
    ///
    /// - Parameter limit: daily allowance of API clients for the node's models.
    func complete(
        _ request: AnswerGenerator.Request, caller: Ceilings.Caller, within limit: UsageAmount
    ) async throws(ChatFault) -> RunningAnswer {
        guard let node = nodes[caller.node] else { throw .unknownNode }
        try beginAnswer(caller)
        let budget: ProgramBudget
        do throws(ChatFault) {
            budget = try await ProgramBudget.reserve(
                for: request, of: node, within: limit, store: store)
        } catch {
            endAnswer(caller)
            throw error
        }
        let started = monotonicMicroseconds()
        let identity = AnswerIdentity(
            conversation: "", question: "", answer: UUID().text)
        let log = AnswerLog(identity) { monotonicMilliseconds() }
        let answer = RunningAnswer(
            log: log, caller: caller, exchange: nil, isResumable: false)
        _ = registry.add(answer)
        let answerTask = AnswerTask(request, of: node, into: log)
        answer.start { [self] in
            defer { endAnswer(caller) }
            var outcome = await answerTask.outcome
            outcome.adapt(to: answer.ending, hasText: !log.isEmpty)
            outcome.keepCited(in: log.text)
            await budget.settle(outcome)
            log.end(outcome)
            registry.removeEnded(answer)
            metrics.answered(
                node: node.name, outcome, microseconds: monotonicMicroseconds() - started)
        }
        return answer
    }

    // MARK: Answers in progress

    /// Returns an answer of this visitor, to resume; nil when it belongs to another visitor or has
    /// expired.
    func answer(_ id: String, of visitor: UUID, on node: String) -> RunningAnswer? {
        guard let answer = registry[id], let exchange = answer.exchange,
            exchange.visitor == visitor, exchange.node == node
        else { return nil }
        return answer
    }

    /// Ends this visitor's answers in one conversation.
    ///
    /// - Returns: the answers that were in progress.
    func stop(conversation: String, of visitor: UUID, on node: String) -> [RunningAnswer] {
        let answers = registry.running.filter {
            $0.identity.conversation == conversation && $0.exchange?.visitor == visitor
                && $0.exchange?.node == node
        }
        for answer in answers { answer.end(.stopped) }
        return answers
    }

    /// Waits for answers in progress to end, and stops those that take longer.
    func drain(within milliseconds: Int) async {
        let end = monotonicMilliseconds() + milliseconds
        while !registry.running.isEmpty, monotonicMilliseconds() < end {
            try? await Task.sleep(for: .milliseconds(50))
        }
        for answer in registry.running { answer.end(.shutdown) }
        // An answer that is stuck, for example waiting for a database lock, is abandoned.
        let last = monotonicMilliseconds() + Self.endPatience
        while !registry.running.isEmpty, monotonicMilliseconds() < last {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Milliseconds allowed for answers to end and to be stored at shutdown.
    private static let endPatience = 10_000

    /// Ends answers without readers, every second, until the task is cancelled.
    func sweep() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            registry.sweep(now: monotonicMilliseconds())
        }
    }
}
