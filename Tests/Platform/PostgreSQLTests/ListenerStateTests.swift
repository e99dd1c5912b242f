import Testing

@testable import PostgreSQL

@Suite struct ListenerStateTests {
    @Test func connectsAtOnceAndThenAsksForSignsOfLife() {
        var state = ListenerState()
        #expect(state.action(at: 1000) == .connect)
        state.connected(at: 1010)
        #expect(state.action(at: 1010) == .wait(milliseconds: 4000))
        #expect(state.action(at: 5009) == .wait(milliseconds: 1))
        #expect(state.action(at: 5010) == .askForSign)
        state.asked(at: 5010)
        #expect(state.action(at: 5010) == .wait(milliseconds: 6000))
        state.answered(at: 5020)
        #expect(state.action(at: 5020) == .wait(milliseconds: 4000))
    }

    @Test func givesUpAConnectionThatIsSilentForLessThanFifteenSeconds() {
        var state = ListenerState()
        state.connected(at: 0)
        state.asked(at: 4000)
        #expect(state.action(at: 9999) == .wait(milliseconds: 1))
        #expect(state.action(at: 10_000) == .giveUp)
        #expect(ListenerState.interval + ListenerState.patience < 15_000)
    }

    @Test func comesBackMoreAndMoreSlowly() {
        var state = ListenerState()
        var pauses: [Int] = []
        for _ in 0..<9 {
            state.lost(at: 0, chance: 0)
            guard case .wait(let pause) = state.action(at: 0) else { break }
            pauses.append(pause)
            #expect(state.action(at: pause) == .connect)
        }
        #expect(pauses == [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000])
        for _ in 0..<1000 { state.lost(at: 0, chance: 0) }
        #expect(state.action(at: 0) == .wait(milliseconds: 5000))
    }

    @Test func spreadsTheListenersOfOneServer() {
        var state = ListenerState()
        for _ in 0..<8 { state.lost(at: 0, chance: 1) }
        #expect(state.action(at: 0) == .wait(milliseconds: 2500))
        state.lost(at: 0, chance: 0.5)
        #expect(state.action(at: 0) == .wait(milliseconds: 3750))
    }

    /// A server that takes a connection and drops it must not be hurried at.
    @Test func hurriesAgainOnlyAfterASignOfLife() {
        var state = ListenerState()
        for _ in 0..<4 {
            state.lost(at: 0, chance: 0)
            state.connected(at: 0)
        }
        state.lost(at: 0, chance: 0)
        #expect(state.action(at: 0) == .wait(milliseconds: 1600))
        state.connected(at: 0)
        state.asked(at: 4000)
        state.answered(at: 4001)
        state.lost(at: 4001, chance: 0)
        #expect(state.action(at: 4001) == .wait(milliseconds: 100))
    }
}

@Suite struct EventQueueTests {
    private static let lost = NotificationListener.Event.lost(.init(.connection, "gone"))

    /// However much happens, the reader learns the last of each kind, in order.
    @Test(
        arguments: [
            ([.notified, .notified, .notified], [.notified]),
            ([.connected, .notified, .notified], [.connected, .notified]),
            ([.connected, .notified, lost], [lost]),
            ([.notified, lost, lost, .connected, .notified], [lost, .connected, .notified]),
            (
                [lost, .connected, lost, .connected, .notified, .notified],
                [lost, .connected, .notified]
            ),
            ([.connected, .notified, .connected], [.connected]),
        ] as [([NotificationListener.Event], [NotificationListener.Event])])
    func foldsWhatWasNotTaken(
        _ sent: [NotificationListener.Event], _ taken: [NotificationListener.Event]
    ) {
        var events: [NotificationListener.Event] = []
        for event in sent { EventQueue.fold(event, into: &events) }
        #expect(events == taken)
    }

    @Test func givesEventsInOrderUntilItIsFinished() async {
        let queue = EventQueue()
        queue.append(.connected)
        queue.append(.notified)
        #expect(await queue.next() == .connected)
        #expect(await queue.next() == .notified)
        async let waiting = queue.next()
        queue.append(Self.lost)
        #expect(await waiting == Self.lost)
        async let last = queue.next()
        queue.finish()
        #expect(await last == nil)
        queue.append(.notified)
        #expect(await queue.next() == nil)
    }
}
