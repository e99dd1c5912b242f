import Core
import Publishing
import System

/// The loop of one node: build, sleep until something happens, build.
struct WatchedSite: Sendable {
    /// With more rendered pages than this, the keeper tidies up at once.
    private static let muchWork = 64

    /// The pause before the build that completes a repair, in milliseconds.
    private static let shortPause = 20

    let wakeUp = WatchSignal()
    let keeper: SiteKeeper
    private let holder: String
    private let rhythm: SiteWatcher.Rhythm

    init(_ keeper: SiteKeeper, holder: String, rhythm: SiteWatcher.Rhythm) {
        self.keeper = keeper
        self.holder = holder
        self.rhythm = rhythm
    }

    /// - Parameter isTold: whether the node is woken when it has changes, so that it need not check
    ///   for them at intervals.
    func run(
        isTold: @Sendable () -> Bool = { false }, _ tell: @Sendable (WatchEvent) -> Void
    ) async {
        var isClaimed = false
        var isStandingBy = false
        var reconciled: Int?
        var failures = 0
        while !Task.isCancelled {
            var pause = rhythm.rescan
            do {
                // If the claim was lost with its connection, another builder may have the node by
                // now.
                if isClaimed { isClaimed = await keeper.holdsClaim }
                if !isClaimed {
                    isClaimed = try await keeper.claim(holder: holder)
                    reconciled = nil
                    if let former = await keeper.takeFormerHome() {
                        tell(
                            .tookHome(
                                node: keeper.node, from: former, to: await keeper.folder.location))
                    }
                }
                if isClaimed {
                    isStandingBy = false
                    let isDue = reconciled.map {
                        monotonicMilliseconds() - $0 >= rhythm.reconciliation
                    }
                    let reach: BuildReach = isDue ?? true ? .reconciliation : .changes
                    let report = try await keeper.build(reach) { step in
                        // Everything committed up to here is in the following snapshot.
                        if step == .reading { wakeUp.forget(.notified) }
                        tell(.building(node: keeper.node, step))
                    }
                    if reach == .reconciliation { reconciled = monotonicMilliseconds() }
                    if isTold() {
                        pause = max(
                            rhythm.rescan,
                            (reconciled ?? 0) + rhythm.reconciliation - monotonicMilliseconds())
                    }
                    tell(.built(report))
                    if let fault = report.unacknowledged { throw fault }
                    await keeper.endSpareWorkers()
                    if case .unchanged = report.outcome, try await repair(tell) {
                        (reconciled, pause) = (nil, Self.shortPause)
                    }
                    if reach == .reconciliation || report.rendered > Self.muchWork {
                        await tidyUp(tell)
                    }
                    failures = 0
                } else {
                    pause = rhythm.standby
                    if !isStandingBy {
                        tell(.standingBy(node: keeper.node, holder: await keeper.holder()))
                    }
                    isStandingBy = true
                }
            } catch {
                // The watch was cancelled while the build waited for its turn.
                if error is CancellationError, Task.isCancelled { break }
                // After any failure, the next attempt starts over.
                isClaimed = false
                failures += 1
                pause = rhythm.pause(afterFailures: failures)
                tell(
                    .failed(
                        node: keeper.options.node, Diagnostic(reporting: error),
                        retryMilliseconds: pause))
            }
            let reasons = await sleep(pause, isFailing: failures > 0, isClaimed: isClaimed, tell)
            if reasons.contains(.reconciliation) { reconciled = nil }
        }
        // Another builder then need not wait until this connection is found dead.
        await keeper.disclaim()
    }

    /// Tidies up after a build. A failure costs only time and space: the site is correct, and the
    /// next reconciliation tries again.
    private func tidyUp(_ tell: @Sendable (WatchEvent) -> Void) async {
        do {
            try await keeper.tidyUp()
        } catch {
            tell(
                .failed(
                    node: keeper.node, Diagnostic(reporting: error),
                    retryMilliseconds: rhythm.reconciliation))
        }
    }

    /// Inspects a part of the folder, and repairs it.
    ///
    /// - Returns: whether a build must recreate something.
    private func repair(_ tell: @Sendable (WatchEvent) -> Void) async throws -> Bool {
        let (faults, needsBuild) = try await keeper.inspectIdly()
        if !faults.isEmpty { tell(.repaired(node: keeper.node, faults)) }
        return needsBuild
    }

    /// Sleeps until something happens, or until time changes the site.
    ///
    /// Inspects the folder at intervals in the meantime.
    private func sleep(
        _ pause: Int, isFailing: Bool, isClaimed: Bool, _ tell: @Sendable (WatchEvent) -> Void
    ) async -> WatchSignal.Reasons {
        var pause = pause
        if !isFailing, let due = await keeper.nextDue {
            // A little later than due, never earlier.
            pause = min(pause, max(25, due - monotonicMilliseconds() + 2))
        }
        while true {
            let part = isClaimed ? min(pause, SiteKeeper.idleLooks) : pause
            let reasons = await wakeUp.wait(milliseconds: part)
            pause -= part
            if !reasons.isEmpty || pause <= 0 || Task.isCancelled { return reasons }
            // An error here also fails the build, which reports it.
            if (try? await repair(tell)) != false { return .reconciliation }
        }
    }
}
