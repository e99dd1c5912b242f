/// Counts what each caller uses, and refuses what exceeds the limits.
///
/// Has no clock: callers pass the time. A refused request counts against no limit, so that a
/// visitor or an address at its own limit does not bring the node closer to its limit. A new cookie
/// makes a new visitor, but the address stays the same.
struct Ceilings {
    struct Caller: Hashable, Sendable {
        /// From `ClientAddress.key`.
        var address: String
        /// nil when there is no visitor, as in the API for programs.
        var visitor: String?
        var node: String
    }

    /// Which limit was exceeded, and when to try again.
    struct Refusal: Error, Hashable, Sendable {
        enum Ceiling: String, Hashable, Sendable { case visitor, address, node }

        var ceiling: Ceiling
        /// Whole seconds, 1 or more.
        var retryAfter: Int
    }

    private struct Counts {
        var of: [String: Int] = [:]

        mutating func change(_ name: String, by step: Int) {
            let count = (of[name] ?? 0) + step
            of[name] = count > 0 ? count : nil
        }
    }

    private let limits: CeilingLimits
    private var requests: RateTable
    private var visitorQuestions: RateTable
    private var addressQuestions: RateTable
    private var nodeQuestions: RateTable
    private var nodeConversations: RateTable
    private var answers = Counts()
    private var sockets = Counts()

    /// Seconds after which an answer in progress has probably ended.
    private static let patience = 5

    /// - Parameter names: maximum number of callers tracked, for each kind of limit.
    init(_ limits: CeilingLimits, names: Int = 50_000) {
        self.limits = limits.kept
        requests = RateTable(self.limits.requestsPerAddress, limit: names)
        visitorQuestions = RateTable(self.limits.questionsPerVisitor, limit: names)
        addressQuestions = RateTable(self.limits.questionsPerAddress, limit: names)
        nodeQuestions = RateTable(self.limits.questionsPerNode, limit: names)
        nodeConversations = RateTable(self.limits.questionsPerNode, limit: names)
    }

    /// The number of callers tracked.
    var size: Int {
        requests.count + visitorQuestions.count + addressQuestions.count + nodeQuestions.count
            + nodeConversations.count + answers.of.count + sockets.of.count
    }

    /// Counts a call of the API.
    ///
    /// - Parameter now: milliseconds of a monotonic clock.
    mutating func request(from caller: Caller, now: Double) throws(Refusal) {
        let wait = requests.wait(caller.address, now: now)
        guard wait <= 0 else { throw Self.refusal(.address, wait) }
        requests.take(caller.address, now: now)
    }

    /// Counts a conversation that begins without a question. It counts as a question of the
    /// address, since a caller without a cookie is a new visitor each time.
    mutating func beginConversation(for caller: Caller, now: Double) throws(Refusal) {
        let addressWait = addressQuestions.wait(caller.address, now: now)
        guard addressWait <= 0 else { throw Self.refusal(.address, addressWait) }
        let nodeWait = nodeConversations.wait(caller.node, now: now)
        guard nodeWait <= 0 else { throw Self.refusal(.node, nodeWait) }
        addressQuestions.take(caller.address, now: now)
        nodeConversations.take(caller.node, now: now)
    }

    /// Counts a question, whose answer is in progress until `endAnswer`.
    mutating func beginAnswer(for caller: Caller, now: Double) throws(Refusal) {
        let visitorWait = caller.visitor.map { visitorQuestions.wait($0, now: now) } ?? 0
        guard visitorWait <= 0 else { throw Self.refusal(.visitor, visitorWait) }
        let addressWait = addressQuestions.wait(caller.address, now: now)
        guard addressWait <= 0 else { throw Self.refusal(.address, addressWait) }
        try look(
            for: caller, in: answers,
            (limits.answersPerVisitor, limits.answersPerAddress, limits.answersPerNode))
        let nodeWait = nodeQuestions.wait(caller.node, now: now)
        guard nodeWait <= 0 else { throw Self.refusal(.node, nodeWait) }

        if let visitor = caller.visitor { visitorQuestions.take(visitor, now: now) }
        addressQuestions.take(caller.address, now: now)
        nodeQuestions.take(caller.node, now: now)
        Self.count(caller, by: 1, in: &answers)
    }

    mutating func endAnswer(for caller: Caller) { Self.count(caller, by: -1, in: &answers) }

    mutating func openSocket(for caller: Caller) throws(Refusal) {
        try look(
            for: caller, in: sockets,
            (limits.socketsPerVisitor, limits.socketsPerAddress, limits.socketsPerNode))
        Self.count(caller, by: 1, in: &sockets)
    }

    mutating func closeSocket(for caller: Caller) { Self.count(caller, by: -1, in: &sockets) }

    private func look(
        for caller: Caller, in counts: Counts, _ limits: (visitor: Int, address: Int, node: Int)
    ) throws(Refusal) {
        for (ceiling, name, limit) in Self.names(of: caller, limits)
        where counts.of[name] ?? 0 >= limit {
            throw Refusal(ceiling: ceiling, retryAfter: Self.patience)
        }
    }

    private static func count(_ caller: Caller, by step: Int, in counts: inout Counts) {
        for (_, name, _) in names(of: caller, (0, 0, 0)) { counts.change(name, by: step) }
    }

    /// Returns one key for each limit, prefixed with a letter so that equal names of different
    /// kinds stay distinct.
    private static func names(
        of caller: Caller, _ limits: (visitor: Int, address: Int, node: Int)
    ) -> [(Refusal.Ceiling, String, Int)] {
        var names: [(Refusal.Ceiling, String, Int)] = []
        if let visitor = caller.visitor { names.append((.visitor, "v" + visitor, limits.visitor)) }
        names.append((.address, "a" + caller.address, limits.address))
        names.append((.node, "n" + caller.node, limits.node))
        return names
    }

    private static func refusal(_ ceiling: Refusal.Ceiling, _ milliseconds: Double) -> Refusal {
        Refusal(ceiling: ceiling, retryAfter: max(1, Int((milliseconds / 1000).rounded(.up))))
    }
}
