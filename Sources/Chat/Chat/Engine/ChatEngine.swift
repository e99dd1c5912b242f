import Core
import FoundationEssentials
import LanguageModels
import Synchronization
import System

/// Takes questions, has them answered, and keeps what was said.
///
/// An answer is made by a task of its own and said into a log, so that it outlives the connection it
/// was asked over.
final class ChatEngine: Sendable {
    let store: ChatStore
    let knowledge: KnowledgeBase
    let nodes: [String: ChatNode]
    let registry: AnswerRegistry
    let outbox: AnswerOutbox
    let metrics: ChatMetrics
    private let ceilings: Mutex<Ceilings>
    private let openings = Openings()

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

    /// The metrics' figures that are counted elsewhere.
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

    /// Counts one conversation that is begun before anything is asked.
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

    /// Takes a visitor's question and begins to answer it.
    ///
    /// A question that comes again with its key is not asked again: its answer is the one that is being
    /// made, or the one that is stored.
    ///
    /// - Parameters:
    ///   - isResumable: whether the answer goes on for a while when nobody reads it.
    func ask(
        _ question: ChatQuestion, of visitor: UUID, caller: Ceilings.Caller, isResumable: Bool
    ) async throws(ChatFault) -> RunningAnswer {
        guard let node = nodes[caller.node] else { throw .unknownNode }
        try beginAnswer(caller)
        let started = monotonicMicroseconds()
        let request = Question(question, of: visitor, on: node.name)
        let opening = open(question, request, on: node)
        var isHandedOn = false
        defer {
            if opening.speech != nil { openings.leave(request) }
            if !isHandedOn {
                endAnswer(caller)
                opening.cancel()
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
        if opening.speech == nil { await openings.wait(for: exchange.answer) }
        // Other ids: the question came before, as part of a conversation.
        let early = exchange.ids == request.ids ? opening.speech : nil
        let log = early == nil ? makeLog(exchange.ids) : opening.log
        let needed = exchange.withoutTurns
        let answer = RunningAnswer(
            log: log, caller: caller, exchange: needed, isResumable: isResumable)
        let known = registry.add(answer)
        guard known === answer else { return known }
        isHandedOn = true
        if early == nil { opening.speech?.cancel() }
        let speech =
            early
            ?? Speech(
                Speaker.Request(
                    question: exchange.text, turns: exchange.turns,
                    summary: exchange.summary ?? "", mood: question.mood),
                opening.lookUp, of: node, into: log)
        let long = Summariser.Long(exchange)
        answer.start { [self] in
            await finish(answer, speech, needed, long, on: node, since: started)
        }
        return answer
    }

    /// What is done for a question while it is being stored.
    private struct Opening {
        var lookUp: Speech.LookUp?
        var log: AnswerLog
        var speech: Speech?

        func cancel() {
            lookUp?.cancel()
            speech?.cancel()
        }
    }

    /// What the pages say about most questions does not depend on what was said before, and the first
    /// question of a conversation needs nothing else: it is answered at once. Nothing is sent to the
    /// visitor until the question is stored.
    private func open(
        _ question: ChatQuestion, _ request: Question, on node: ChatNode
    ) -> Opening {
        var opening = Opening(log: makeLog(request.ids))
        guard !question.message.isEmpty else { return opening }
        // "And how much is that?" waits for the questions before it.
        guard request.isFirst || !KnowledgeBase.goesOn(question.message) else { return opening }
        opening.lookUp = .immediate { await node.speaker.search(question.message) }
        if request.isFirst, openings.enter(request) {
            opening.speech = Speech(
                Speaker.Request(question: question.message, mood: question.mood), opening.lookUp,
                of: node, into: opening.log)
        }
        return opening
    }

    private func makeLog(_ ids: Question.IDs) -> AnswerLog {
        AnswerLog(AnswerIdentity(ids)) { monotonicMilliseconds() }
    }

    private func finish(
        _ answer: RunningAnswer, _ speech: Speech, _ exchange: Exchange,
        _ long: Summariser.Long?, on node: ChatNode, since started: Int
    ) async {
        defer { endAnswer(answer.caller) }
        var outcome = await speech.outcome
        outcome.adapt(to: answer.ending, hasText: !answer.log.isEmpty)
        outcome.keepCited(in: answer.log.text)
        // Stored before it is said to be complete, so that whoever hears that finds it.
        await outbox.store(exchange, Answer(answer.log.text, outcome))
        answer.log.end(outcome)
        registry.letGo(answer)
        metrics.answered(
            node: node.name, outcome, microseconds: monotonicMicroseconds() - started)
        node.noteWriter(exchange.visitor)
        if let long, outcome.status == .complete, outcome.source == .model {
            node.summarise(long, store: store)
        }
    }

    /// Answers what a program asks, which is not stored and not resumed.
    ///
    /// - Parameter limit: of what programs may use of the node's models in a day.
    func complete(
        _ request: Speaker.Request, caller: Ceilings.Caller, within limit: UsageAmount
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
        let speech = Speech(request, of: node, into: log)
        answer.start { [self] in
            defer { endAnswer(caller) }
            var outcome = await speech.outcome
            outcome.adapt(to: answer.ending, hasText: !log.isEmpty)
            outcome.keepCited(in: log.text)
            await budget.settle(outcome)
            log.end(outcome)
            registry.letGo(answer)
            metrics.answered(
                node: node.name, outcome, microseconds: monotonicMicroseconds() - started)
        }
        return answer
    }

    // MARK: Answers under way

    /// An answer of this visitor's, to read on; nil when it is none of theirs, or ended too long ago.
    func answer(_ id: String, of visitor: UUID, on node: String) -> RunningAnswer? {
        guard let answer = registry[id], let exchange = answer.exchange,
            exchange.visitor == visitor, exchange.node == node
        else { return nil }
        return answer
    }

    /// Ends this visitor's answers of one conversation.
    ///
    /// - Returns: those that were under way.
    func stop(conversation: String, of visitor: UUID, on node: String) -> [RunningAnswer] {
        let answers = registry.running.filter {
            $0.identity.conversation == conversation && $0.exchange?.visitor == visitor
                && $0.exchange?.node == node
        }
        for answer in answers { answer.end(.stopped) }
        return answers
    }

    /// Lets what is under way come to its end, and ends what takes longer.
    func drain(within milliseconds: Int) async {
        let end = monotonicMilliseconds() + milliseconds
        while !registry.running.isEmpty, monotonicMilliseconds() < end {
            try? await Task.sleep(for: .milliseconds(50))
        }
        for answer in registry.running { answer.end(.shutdown) }
        // An answer that is stuck, such as behind a lock of the database's, is left behind.
        let last = monotonicMilliseconds() + Self.endPatience
        while !registry.running.isEmpty, monotonicMilliseconds() < last {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Milliseconds that an answer may take to end and to be stored when the program ends.
    private static let endPatience = 10_000

    /// Ends what nobody waits for, every second, until the task is cancelled.
    func sweep() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            registry.sweep(now: monotonicMilliseconds())
        }
    }
}
