/// Keeps count of who takes what, and refuses what is too much.
///
/// Pure: the clock is passed in. What is refused takes nothing from anybody: a visitor or an address at
/// its own ceiling does not bring the node nearer to its own. A new cookie makes a new visitor, but
/// the address stays.
struct Ceilings {
    struct Caller: Hashable, Sendable {
        /// From `ClientAddress.key`.
        var address: String
        /// nil when no visitor is meant, as in the API for programs.
        var visitor: String?
        var node: String
    }

    /// What is too much, and when it is worth another try.
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

    /// Seconds after which an answer that is under way may well have ended.
    private static let patience = 5

    /// - Parameter names: that are kept count of, of each kind.
    init(_ limits: CeilingLimits, names: Int = 50_000) {
        self.limits = limits.kept
        requests = RateTable(self.limits.requestsPerAddress, limit: names)
        visitorQuestions = RateTable(self.limits.questionsPerVisitor, limit: names)
        addressQuestions = RateTable(self.limits.questionsPerAddress, limit: names)
        nodeQuestions = RateTable(self.limits.questionsPerNode, limit: names)
        nodeConversations = RateTable(self.limits.questionsPerNode, limit: names)
    }

    /// Names that are kept count of.
    var size: Int {
        requests.count + visitorQuestions.count + addressQuestions.count + nodeQuestions.count
            + nodeConversations.count + answers.of.count + sockets.of.count
    }

    /// Any call of the API.
    ///
    /// - Parameter now: milliseconds of a clock that never goes back.
    mutating func request(from caller: Caller, now: Double) throws(Refusal) {
        let wait = requests.wait(caller.address, now: now)
        guard wait <= 0 else { throw Self.refusal(.address, wait) }
        requests.take(caller.address, now: now)
    }

    /// A conversation that is begun before anything is asked. It counts as a question of the address,
    /// since a caller without a cookie is a new visitor each time.
    mutating func beginConversation(for caller: Caller, now: Double) throws(Refusal) {
        let addressWait = addressQuestions.wait(caller.address, now: now)
        guard addressWait <= 0 else { throw Self.refusal(.address, addressWait) }
        let nodeWait = nodeConversations.wait(caller.node, now: now)
        guard nodeWait <= 0 else { throw Self.refusal(.node, nodeWait) }
        addressQuestions.take(caller.address, now: now)
        nodeConversations.take(caller.node, now: now)
    }

    /// A question, whose answer is under way until `endAnswer`.
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

    /// One name for each ceiling; a letter keeps apart what might be called the same.
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
