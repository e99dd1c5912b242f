/// Decides which endpoint is asked, how long it is waited for, and when to give up.
///
/// It does nothing itself and knows the time only from its callers, in milliseconds of a clock that
/// never goes back. Once something was said there is no other endpoint: the answer is complete or
/// cut off.
struct ChainState {
    enum Action: Hashable {
        /// Ask this endpoint; there must be text by `until`.
        case ask(Int, until: Int)
        /// Ask again for an action then.
        case pause(until: Int)
        case giveUp([ModelFailure])
    }

    enum Admission: Hashable {
        case asked
        /// The endpoint is left alone, for good or until a time.
        case refused(ModelFailure, until: Int?)
    }

    enum Link: Hashable {
        case fresh
        /// May be asked once more from then on.
        case held(until: Int)
        case done
    }

    private enum Phase: Hashable {
        case choosing
        case asking(Int)
        case speaking(Int)
    }

    let policy: ModelChain.Policy
    let endpoints: [ModelEndpoint]
    /// When the whole answer must be over.
    let lastMoment: Int
    /// When something must have been said.
    let beginBy: Int
    private var links: [Link]
    private var wasHeld: Set<Int> = []
    private var phase = Phase.choosing
    private var attempts = 0
    private(set) var failures: [ModelFailure] = []

    init(endpoints: [ModelEndpoint], policy: ModelChain.Policy, at now: Int) {
        self.endpoints = endpoints
        self.policy = policy
        links = endpoints.map { _ in .fresh }
        // A row that is more patient with its model than is usual is not overruled, and the other models
        // are asked after it all the same.
        let usual = ModelChain.Policy.usualBegin
        let more = max(0, (endpoints.map(\.firstTokenTimeout).max() ?? 0) - usual)
        let pause = max(0, (endpoints.map(\.stallTimeout).max() ?? 0) - usual)
        lastMoment = now + policy.answerWithin + more + pause
        beginBy = now + min(policy.beginWithin ?? usual + more, policy.answerWithin + more)
    }

    /// What to do now, while nothing is under way.
    ///
    /// - Parameter admit: whether an endpoint may be asked; called for each at most once.
    mutating func action(at now: Int, admit: (Int) -> Admission) -> Action {
        while now < beginBy, attempts < policy.attempts {
            // The first endpoint in order that can be asked, or that is waited for a moment.
            if let index = links.firstIndex(where: { isNext($0, at: now) }) {
                if case .held(let time) = links[index], time > now { return .pause(until: time) }
                if let action = ask(index, at: now, admit) { return action }
                continue
            }
            // Then whoever can be asked again before it is too late.
            guard let time = links.compactMap(\.time).min(), time < beginBy else { break }
            return .pause(until: time)
        }
        return .giveUp(failures)
    }

    private func isNext(_ link: Link, at now: Int) -> Bool {
        switch link {
        case .fresh: true
        case .held(let time): time <= now + policy.patience
        case .done: false
        }
    }

    private mutating func ask(
        _ index: Int, at now: Int, _ admit: (Int) -> Admission
    ) -> Action? {
        switch admit(index) {
        case .asked:
            attempts += 1
            links[index] = .done
            phase = .asking(index)
            let last = policy.beginWithin == nil ? lastMoment : beginBy
            return .ask(index, until: min(now + endpoints[index].firstTokenTimeout, last))
        case .refused(let failure, let time):
            fail(index, failure, until: time)
            return nil
        }
    }

    /// Sets an endpoint aside; it gets a second chance once, and only when it names a time.
    private mutating func fail(_ index: Int, _ failure: ModelFailure, until time: Int?) {
        failures.append(failure)
        if let time, wasHeld.insert(index).inserted {
            links[index] = .held(until: time)
        } else {
            links[index] = .done
        }
    }

    /// The first text is there.
    mutating func spoke() {
        if case .asking(let index) = phase { phase = .speaking(index) }
    }

    /// The endpoint that was asked failed.
    ///
    /// - Returns: why the answer is cut off; nil when another endpoint may answer.
    mutating func failed(_ failure: ModelFailure, at now: Int) -> CutOffReason? {
        switch phase {
        case .speaking: return now >= lastMoment ? .deadline : .failed(failure)
        case .asking(let index):
            phase = .choosing
            var time: Int?
            if case .rateLimited(let pause) = failure.code {
                time = now + (pause ?? policy.usualPause)
            }
            fail(index, failure, until: time)
            return nil
        case .choosing: return nil
        }
    }

    /// Until when more is waited for, while an endpoint speaks or reasons.
    func patience(at now: Int) -> Int {
        switch phase {
        case .asking(let index), .speaking(let index):
            min(now + endpoints[index].stallTimeout, lastMoment)
        case .choosing: now
        }
    }
}

extension ChainState.Link {
    fileprivate var time: Int? { if case .held(let time) = self { time } else { nil } }
}
