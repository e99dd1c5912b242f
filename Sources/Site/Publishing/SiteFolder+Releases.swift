import Core
import System

extension SiteFolder {
    /// How long a rollback waits for a running build, in milliseconds.
    static let patience = 10_000

    /// Begins the release that follows the newest one.
    ///
    /// Completes an interrupted release first. No other process can begin a release, roll back or
    /// resume until the draft is published, discarded or deallocated.
    ///
    /// - Parameter waitMilliseconds: how long to wait for another build of this site.
    /// - Throws: a diagnostic when the other build takes longer.
    public func beginRelease(waitMilliseconds: Int = 0) throws -> ReleaseDraft {
        let lock = try takeLock(waitMilliseconds: waitMilliseconds)
        return try ReleaseDraft(folder: self, lock: lock, faults: try prepare())
    }

    /// Serves an older or newer kept release, and holds the site there.
    ///
    /// - Parameter release: nil selects the release before the served one.
    /// - Returns: the release that is now served.
    /// - Throws: a diagnostic when the release does not exist.
    public func rollBack(to release: Int?) throws -> Int {
        let lock = try takeLock(waitMilliseconds: Self.patience)
        defer { withExtendedLifetime(lock) {} }
        try prepare()
        let kept = try releases().map(\.number)
        let target =
            try release
            ?? ledger.write { ledger in
                let current = try ledger.site().current
                return kept.first { $0 < current }
            }
        guard let target else {
            throw Diagnostic(
                .usage, "there is no release before the one that is served",
                at: .init(field: path), hint: releasesHint)
        }
        guard kept.contains(target) else { throw notKept(target) }
        let former = try ledger.write { ledger in
            let former = try ledger.site()
            // A release that cannot be made must not become the current one.
            if try liveRelease(ledger) != target {
                // If the object lost its bytes, the file in the tree may have lost them, too.
                try spareTree.distrust(try ledger.lostPaths())
                try spareTree.bring(to: target, ledger: ledger)
                try stageLink(to: spareTree)
            }
            try ledger.database.transaction {
                try ledger.setCurrent(target, heldAt: wallClockMilliseconds())
            }
            return former
        }
        if let fault = try converge().first {
            // Restores the previously served release as the current one, and its hold, if any.
            try ledger.write { ledger in
                try ledger.database.transaction {
                    try ledger.setCurrent(try ledger.site().current, heldAt: former.heldAt)
                }
            }
            throw Diagnostic(
                .fileSystem, "release \(target) cannot be served: \(fault.problem)",
                at: .init(field: path))
        }
        return target
    }

    /// Ends the hold of a rollback; the served site changes with the next release.
    public func resume() throws {
        let lock = try takeLock(waitMilliseconds: Self.patience)
        defer { withExtendedLifetime(lock) {} }
        try prepare()
        try ledger.write { ledger in
            try ledger.database.transaction { try ledger.endHold() }
        }
    }

    /// Brings the tree that is not served up to the served release, so that the next release costs
    /// only its own changes. After a site's first release this is as much work as that release was.
    public func prepareSpareTree() throws {
        let lock = try takeLock(waitMilliseconds: Self.patience)
        defer { withExtendedLifetime(lock) {} }
        try prepare()
        try ledger.write { ledger in
            let current = try ledger.site().current
            if current > 0 { try spareTree.bring(to: current, ledger: ledger) }
        }
    }

    func takeLock(waitMilliseconds: Int) throws -> FileLock {
        guard let lock = try root.lock("lock", waitMilliseconds: waitMilliseconds) else {
            throw Diagnostic(
                .fileSystem, "another build of this site is under way", at: .init(field: path),
                hint: "wait until it has ended")
        }
        return lock
    }
}
