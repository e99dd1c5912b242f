import Testing

@testable import PostgreSQL

/// Each row of the tables at `PoolPolicy`.
@Suite struct PoolPolicyTests {
    private static let fault = PostgresError(.connection, "no server")

    /// A pool of this size whose connections 1, 2, … are open at time 0.
    private static func open(
        _ size: Int, waiting: Int = 2, hasAnswered: Bool = false
    ) -> PoolPolicy {
        var settings = ConnectionPool.Settings(size: size)
        settings.waiting = waiting
        settings.acquireDeadline = 1000
        settings.statementDeadline = 5000
        var policy = PoolPolicy(settings)
        #expect(policy.tick(at: 0, chance: 0) == [.connect])
        for number in 1...size {
            #expect(policy.connected(number, at: 0) == (number < size ? [.connect] : []))
        }
        guard hasAnswered else { return policy }
        for number in 1...size {
            _ = policy.submit(-number, at: 0)
        }
        for number in 1...size { _ = policy.answered(number, at: 0, chance: 0) }
        return policy
    }

    @Test func servesTheOldestOnTheFirstIdleConnection() {
        var policy = Self.open(2)
        #expect(policy.nextDue == nil)
        #expect(policy.submit(1, at: 10) == [.begin(request: 1, connection: 1)])
        #expect(policy.submit(2, at: 10) == [.begin(request: 2, connection: 2)])
        #expect(policy.submit(3, at: 20) == [])
        #expect(policy.submit(4, at: 30) == [])
        #expect(policy.waitingCount == 2)
        #expect(policy.nextDue == 1020)
        #expect(
            policy.answered(2, at: 40, chance: 0)
                == [.deliver(request: 2), .begin(request: 3, connection: 2)])
        #expect(
            policy.answered(1, at: 40, chance: 0)
                == [.deliver(request: 1), .begin(request: 4, connection: 1)])
        #expect(policy.answered(1, at: 50, chance: 0) == [.deliver(request: 4)])
        #expect(policy.answered(2, at: 50, chance: 0) == [.deliver(request: 3)])
        #expect(policy.nextDue == nil)
    }

    @Test func limitsWhatWaits() {
        var policy = Self.open(1, waiting: 1)
        _ = policy.submit(1, at: 0)
        #expect(policy.submit(2, at: 100) == [])
        #expect(
            policy.submit(3, at: 100)
                == [.fail(request: 3, PoolPolicy.overload("1 statements wait for a connection"))])
        #expect(policy.tick(at: 1099, chance: 0) == [])
        #expect(
            policy.tick(at: 1100, chance: 0)
                == [
                    .fail(
                        request: 2,
                        PoolPolicy.overload("all connections have been at work for 1000 ms"))
                ])
        #expect(policy.waitingCount == 0)
    }

    @Test func refusesACancelledRequest() {
        var policy = Self.open(1)
        #expect(
            policy.submit(1, isCancelled: true, at: 0)
                == [.fail(request: 1, PoolPolicy.cancelled)])
        _ = policy.submit(2, at: 0)
        _ = policy.submit(3, at: 0)
        #expect(policy.cancel(3, at: 1) == [.fail(request: 3, PoolPolicy.cancelled)])
        #expect(policy.cancel(3, at: 1) == [])
        #expect(policy.waitingCount == 0)
    }

    /// What can follow when a statement is to be stopped.
    enum Step: Hashable, Sendable {
        case arrives, answers, answersStopped, passes, loses
    }

    private static let stopped: [PoolPolicy.Action] = [.fail(request: 1, PoolPolicy.cancelled)]
    private static let next: [PoolPolicy.Action] = [.begin(request: 2, connection: 1)]

    /// Request 1 is cancelled while it runs, and request 2 waits.
    @Test(
        arguments: [
            ([.arrives, .answersStopped], [[], stopped + next]),
            ([.arrives, .answers], [[], [.deliver(request: 1)] + next]),
            ([.answersStopped, .arrives], [stopped, next]),
            // The answer was under way already: the cancellation must not hit the next request.
            ([.answers, .arrives], [[.deliver(request: 1)], next]),
            ([.passes], [[.close(connection: 1)] + stopped]),
            ([.arrives, .passes], [[], [.close(connection: 1)] + stopped]),
            ([.answers, .passes], [[.deliver(request: 1)], [.close(connection: 1), .connect]]),
            ([.loses], [stopped]),
            ([.arrives, .loses], [[], stopped]),
            ([.answersStopped, .loses], [stopped, [.connect]]),
        ] as [([Step], [[PoolPolicy.Action]])])
    func stopsAStatement(_ steps: [Step], _ expected: [[PoolPolicy.Action]]) {
        var settings = ConnectionPool.Settings(size: 1)
        settings.acquireDeadline = 60_000
        var policy = PoolPolicy(settings)
        _ = policy.tick(at: 0, chance: 0)
        _ = policy.connected(1, at: 0)
        _ = policy.submit(1, at: 0)
        _ = policy.submit(2, at: 0)
        #expect(policy.cancel(1, at: 100) == [.stop(connection: 1)])
        // It is to be stopped already.
        #expect(policy.cancel(1, at: 100) == [])
        #expect(policy.nextDue == 100 + PoolPolicy.patience)
        let actions = steps.map { step in
            switch step {
            case .arrives: policy.cancellationArrived(1, at: 200)
            case .answers: policy.answered(1, at: 200, chance: 0)
            case .answersStopped: policy.answered(1, wasStopped: true, at: 200, chance: 0)
            case .passes: policy.tick(at: 100 + PoolPolicy.patience, chance: 0)
            case .loses: policy.lost(1, at: 200, chance: 0)
            }
        }
        #expect(actions == expected)
    }

    @Test func stopsWhatTakesTooLong() {
        var policy = Self.open(1)
        _ = policy.submit(1, at: 10)
        #expect(policy.nextDue == 5010)
        #expect(policy.tick(at: 5009, chance: 0) == [])
        #expect(policy.tick(at: 5010, chance: 0) == [.stop(connection: 1)])
        #expect(policy.cancellationArrived(1, at: 5011) == [])
        #expect(
            policy.answered(1, wasStopped: true, at: 5012, chance: 0)
                == [.fail(request: 1, PoolPolicy.deadline(5000))])
        #expect(policy.nextDue == nil)
        // A statement that the server stops for another reason has the server's error.
        _ = policy.submit(2, at: 6000)
        #expect(
            policy.answered(1, wasStopped: true, at: 6001, chance: 0) == [.deliver(request: 2)])
    }

    @Test func closesAConnectionThatIsLeftInATransaction() {
        var policy = Self.open(1)
        _ = policy.submit(1, at: 0)
        _ = policy.submit(2, at: 0)
        #expect(
            policy.answered(1, remains: false, at: 10, chance: 0)
                == [.deliver(request: 1), .close(connection: 1), .connect])
        #expect(policy.connected(2, at: 20) == [.begin(request: 2, connection: 2)])
    }

    @Test func makesOneConnectionAtATimeWithLongerAndLongerPauses() {
        var policy = PoolPolicy(ConnectionPool.Settings(size: 2))
        #expect(policy.nextDue == .min)
        #expect(policy.tick(at: 0, chance: 0) == [.connect])
        #expect(policy.nextDue == nil)
        _ = policy.submit(1, at: 0)
        _ = policy.submit(2, at: 0)
        #expect(policy.waitingCount == 2)
        #expect(
            policy.connectingFailed(Self.fault, at: 10, chance: 0)
                == [.fail(request: 1, Self.fault), .fail(request: 2, Self.fault)])
        #expect(policy.waitingCount == 0)
        #expect(policy.nextDue == 110)
        // While no server can be reached, calls fail at once.
        #expect(policy.submit(3, at: 20) == [.fail(request: 3, Self.fault)])
        #expect(policy.tick(at: 109, chance: 0) == [])
        var now = 110
        for pause in [200, 400, 800, 1600, 3200, 5000, 5000] {
            #expect(policy.tick(at: now, chance: 0) == [.connect])
            #expect(policy.connectingFailed(Self.fault, at: now, chance: 0) == [])
            now += pause
            #expect(policy.nextDue == now)
        }
        #expect(policy.tick(at: now, chance: 0) == [.connect])
        // Connected, it makes the second at once, and an error in that fails no request.
        #expect(policy.connected(1, at: now) == [.connect])
        #expect(policy.submit(4, at: now) == [.begin(request: 4, connection: 1)])
        #expect(policy.submit(5, at: now) == [])
        #expect(policy.connectingFailed(Self.fault, at: now, chance: 1) == [])
        #expect(policy.waitingCount == 1)
        #expect(policy.nextDue == now + 2500)
    }

    @Test func waitsOnlySoLongForAConnection() {
        var policy = PoolPolicy(ConnectionPool.Settings(size: 1))
        _ = policy.tick(at: 0, chance: 0)
        _ = policy.submit(1, at: 0)
        #expect(policy.nextDue == 5000)
        #expect(
            policy.tick(at: 5000, chance: 0)
                == [
                    .fail(
                        request: 1,
                        PostgresError(
                            .connection, "no connection could be made within 5000 ms"))
                ])
    }

    @Test func replacesALostConnection() {
        // One that has answered is replaced at once, also when it was idle.
        var policy = Self.open(2, hasAnswered: true)
        #expect(policy.lost(2, at: 10, chance: 0) == [.connect])
        #expect(policy.lost(2, at: 10, chance: 0) == [])
        _ = policy.submit(1, at: 10)
        #expect(policy.lost(1, at: 20, chance: 0) == [.deliver(request: 1)])
        // While connections are being made, requests wait.
        #expect(policy.submit(2, at: 20) == [])
        #expect(policy.connected(3, at: 30) == [.begin(request: 2, connection: 3), .connect])
        // One that has not is replaced after a pause.
        policy = Self.open(1)
        #expect(policy.lost(1, at: 10, chance: 0) == [])
        #expect(policy.nextDue == 110)
        #expect(policy.tick(at: 110, chance: 0) == [.connect])
    }

    @Test func completesWhatWasCalledBeforeItEnds() {
        var policy = Self.open(2)
        _ = policy.submit(1, at: 0)
        _ = policy.submit(2, at: 0)
        _ = policy.submit(3, at: 0)
        #expect(policy.close(at: 10) == [])
        #expect(policy.submit(4, at: 10) == [.fail(request: 4, PoolPolicy.closed)])
        #expect(
            policy.answered(1, at: 20, chance: 0)
                == [.deliver(request: 1), .begin(request: 3, connection: 1)])
        // A lost connection is not replaced any more.
        #expect(policy.lost(2, at: 20, chance: 0) == [.deliver(request: 2)])
        #expect(!policy.hasEnded)
        #expect(
            policy.answered(1, at: 30, chance: 0)
                == [.deliver(request: 3), .close(connection: 1), .end])
        #expect(policy.hasEnded)
        #expect(policy.close(at: 40) == [])
        #expect(policy.nextDue == nil)
    }

    @Test func closesAConnectionThatIsMadeAfterTheEnd() {
        var policy = PoolPolicy(ConnectionPool.Settings(size: 1))
        _ = policy.tick(at: 0, chance: 0)
        #expect(policy.close(at: 1) == [.end])
        #expect(policy.connected(1, at: 2) == [.close(connection: 1)])
        #expect(policy.submit(1, at: 3) == [.fail(request: 1, PoolPolicy.closed)])
    }
}
