/// Decides which endpoint is asked, how long to wait for it, and when to give up.
///
/// Performs no actions and has no clock: callers pass the time in milliseconds of a monotonic
/// clock. Once an endpoint has begun to answer, no other is asked: the answer is complete or cut
/// off.
struct ChainState {
    enum Action: Hashable {
        /// Ask this endpoint; its first text is due by `until`.
        case ask(Int, until: Int)
        /// Wait until then, and ask for the next action.
        case pause(until: Int)
        case giveUp([ModelFailure])
    }

    enum Admission: Hashable {
        case asked
        /// The endpoint is not asked, either until a time or for the whole answer.
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
    /// The deadline for the whole answer.
    let lastMoment: Int
    /// The deadline for the first text.
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
        // A row with a longer timeout than usual extends the deadline, so that the models after it
        // can still be asked.
        let usual = ModelChain.Policy.usualBegin
        let more = max(0, (endpoints.map(\.firstTokenTimeout).max() ?? 0) - usual)
        let pause = max(0, (endpoints.map(\.stallTimeout).max() ?? 0) - usual)
        lastMoment = now + policy.answerWithin + more + pause
        beginBy = now + min(policy.beginWithin ?? usual + more, policy.answerWithin + more)
    }

    /// Returns the next action while no request is in progress.
    ///
    /// - Parameter admit: whether an endpoint may be asked; called at most once for each.
    mutating func action(at now: Int, admit: (Int) -> Admission) -> Action {
        while now < beginBy, attempts < policy.attempts {
            // The first endpoint in order that can be asked now or after a short wait.
            if let index = links.firstIndex(where: { isNext($0, at: now) }) {
                if case .held(let time) = links[index], time > now { return .pause(until: time) }
                if let action = ask(index, at: now, admit) { return action }
                continue
            }
            // Then the endpoint that can be asked again soonest, if that is before the deadline.
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

    /// Sets an endpoint aside. It gets one second chance, and only if it names a time.
    private mutating func fail(_ index: Int, _ failure: ModelFailure, until time: Int?) {
        failures.append(failure)
        if let time, wasHeld.insert(index).inserted {
            links[index] = .held(until: time)
        } else {
            links[index] = .done
        }
    }

    /// Notes that the first text has arrived.
    mutating func spoke() {
        if case .asking(let index) = phase { phase = .speaking(index) }
    }

    /// Notes that the endpoint being asked has failed.
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

    /// Returns how long to wait for more while an endpoint answers or reasons.
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
