import HTTP
import System

/// Asks the endpoints of a chain for one answer, as `ChainState` decides.
///
/// Runs in the task of the reader: between the client's thread and the reader, text passes through
/// no queue and no other task.
final class AnswerRun {
    private let chain: ModelChain
    /// Kept until a model begins to answer, since no other endpoint is asked after that.
    private var prompt: Prompt?
    private let maximumTokens: Int?
    private var state: ChainState?
    private var question: Question?
    /// Text to deliver with the next event.
    private var text: String?
    private var isEnded = false

    init(_ chain: ModelChain, _ prompt: Prompt, maximumTokens: Int?) {
        self.chain = chain
        self.prompt = prompt
        self.maximumTokens = maximumTokens
    }

    /// Cancels the request when the reader is released.
    deinit { cancel() }

    func next() async -> ModelEvent? {
        if let text {
            self.text = nil
            return .text(text)
        }
        while !isEnded {
            if let question {
                if let event = await readOn(question) { return event }
            } else if let event = await ask() {
                return event
            }
        }
        return nil
    }

    // MARK: Asking

    private func ask() async -> ModelEvent? {
        guard !Task.isCancelled else {
            isEnded = true
            return nil
        }
        let now = monotonicMilliseconds()
        var state =
            self.state ?? ChainState(endpoints: chain.endpoints, policy: chain.policy, at: now)
        var keys: [Int: String] = [:]
        let action = state.action(at: now) { chain.admit($0, at: now, key: &keys[$0]) }
        self.state = state
        switch action {
        case .giveUp(let failures): return end(.unavailable(failures))
        case .pause(let time): try? await Task.sleep(for: .milliseconds(max(1, time - now)))
        case .ask(let index, let until): await ask(index, key: keys[index], at: now, until: until)
        }
        return nil
    }

    private func ask(_ index: Int, key: String?, at now: Int, until: Int) async {
        guard let prompt else { return }
        let endpoint = chain.endpoints[index]
        let tokens = min(maximumTokens ?? .max, endpoint.maximumOutputTokens)
        let known = chain.breakers.change(endpoint) { $0.beginsWithThoughts }
        let question = Question(
            to: endpoint, key: key, until: until, tokens: tokens,
            beginning: endpoint.beginning(known: known))
        self.question = question
        var request = ProviderRequest.chat(prompt, to: endpoint, key: key, maximumTokens: tokens)
        request.connectTimeout = min(endpoint.connectTimeout, until - now)
        request.headTimeout = until - now
        request.totalTimeout = (state?.lastMoment ?? until) - now
        request.bodyLimit = 64 << 20
        do throws(ClientError) {
            let response = try await chain.client.send(request)
            if response.status == 200 {
                question.body = response.body
            } else {
                let reason = await response.reason(
                    before: min(until, monotonicMilliseconds() + 1000))
                fail(question, ModelFailure(response, body: reason, of: endpoint, hiding: key))
            }
        } catch {
            fail(question, error)
        }
    }

    // MARK: Reading

    /// Waits for more of the answer.
    private func readOn(_ question: Question) async -> ModelEvent? {
        // Handles what arrived together with the last text.
        if let fault = question.fault { return fail(question, fault) }
        if question.progress.isDone { return complete(question) }
        let deadline =
            question.hasSign
            ? state?.patience(at: monotonicMilliseconds()) ?? 0 : question.until
        let hasMore: Bool
        do throws(ClientError) {
            hasMore = try await question.receive(before: deadline)
        } catch {
            // The answer is complete; only the end of the connection is missing.
            return question.progress.finish == nil || error.code == .cancelled
                ? fail(question, error) : complete(question)
        }
        if Task.isCancelled {
            cancel()
            return nil
        }
        do throws(AnswerDecoder.Fault) {
            try hasMore ? question.decode() : question.decodeEnd()
        } catch {
            question.fault = error
        }
        if let event = tellText(question) { return event }
        if hasMore || question.fault != nil || question.progress.isDone { return nil }
        return question.progress.finish == nil
            ? fail(
                question,
                ModelFailure(.lost, question.endpoint, "its answer ended early"))
            : complete(question)
    }

    /// Returns the text that was read, if any.
    private func tellText(_ question: Question) -> ModelEvent? {
        guard !question.progress.text.isEmpty else { return nil }
        if question.progress.bytes > question.byteLimit { return cutOff(question, .length) }
        let text = String(decoding: question.progress.text, as: UTF8.self)
        question.progress.text.removeAll(keepingCapacity: true)
        guard question.firstText == nil else { return .text(text) }
        question.firstText = monotonicMicroseconds() - question.started
        state?.spoke()
        chain.breakers.change(question.endpoint) { $0.spoke() }
        prompt = nil
        self.text = text
        return .began(question.endpoint)
    }

    // MARK: Ending

    private func end(_ end: ModelEnd) -> ModelEvent {
        isEnded = true
        return .ended(end)
    }

    private func complete(_ question: Question) -> ModelEvent? {
        guard question.firstText != nil else {
            return fail(
                question, ModelFailure(.empty, question.endpoint, "its answer has no text"))
        }
        question.body?.release()
        switch question.progress.finish {
        case .length: return cutOff(question, .length)
        case .filtered: return cutOff(question, .filtered)
        case .stop, nil: break
        }
        chain.breakers.change(question.endpoint) { $0.completed() }
        close(question, .complete)
        return end(.complete(question.progress.usage))
    }

    private func cutOff(_ question: Question, _ reason: CutOffReason) -> ModelEvent {
        switch reason {
        case .length, .filtered: chain.breakers.change(question.endpoint) { $0.completed() }
        case .deadline: chain.breakers.learnedNothing(of: question.endpoint)
        case .failed(let failure):
            chain.breakers.learn(from: failure, of: question.endpoint, chain.policy)
        }
        close(question, .cutOff(reason))
        return end(.cutOff(reason, question.progress.usage))
    }

    private func fail(_ question: Question, _ fault: AnswerDecoder.Fault) -> ModelEvent? {
        switch fault {
        case .malformed(let message):
            return fail(question, ModelFailure(.malformed, question.endpoint, message))
        case .provider(let words):
            let shown = ProviderError.shown(words, hiding: question.key).map { ": \($0)" } ?? ""
            return fail(
                question,
                ModelFailure(
                    .serverError(status: nil), question.endpoint, "it broke off\(shown)"))
        }
    }

    @discardableResult
    private func fail(_ question: Question, _ error: ClientError) -> ModelEvent? {
        guard error.code != .cancelled else {
            cancel()
            return nil
        }
        return fail(
            question, ModelFailure(error, of: question.endpoint, hasSign: question.hasSign))
    }

    @discardableResult
    private func fail(_ question: Question, _ failure: ModelFailure) -> ModelEvent? {
        let now = monotonicMilliseconds()
        if let reason = state?.failed(failure, at: now) { return cutOff(question, reason) }
        chain.breakers.learn(from: failure, of: question.endpoint, chain.policy, at: now)
        close(question, .failed(failure))
        return nil
    }

    private func cancel() {
        isEnded = true
        guard let question else { return }
        chain.breakers.learnedNothing(of: question.endpoint)
        close(question, .cancelled)
    }

    /// Reports the outcome of a request, and closes its connection.
    private func close(_ question: Question, _ outcome: ModelAttempt.Outcome) {
        self.question = nil
        if let begins = question.progress.beginsWithThoughts {
            chain.breakers.change(question.endpoint) { $0.beginsWithThoughts = begins }
        }
        chain.onAttempt(
            ModelAttempt(
                endpoint: question.endpoint, outcome: outcome, firstText: question.firstText,
                duration: monotonicMicroseconds() - question.started,
                usage: question.progress.usage))
    }
}
