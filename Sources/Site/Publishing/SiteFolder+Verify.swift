import Core
import System

extension SiteFolder {
    /// Called with the number of objects and files compared so far, and the total.
    public typealias VerifyProgress = @Sendable (_ done: Int, _ total: Int) -> Void

    /// Compares everything in the folder: the ledger with itself, all objects byte by byte, both
    /// trees with the releases that their markers name, and the link `current`.
    ///
    /// With `repairs`, faults are repaired from objects, or from a tree that still has the bytes.
    /// Lost bytes are recorded, and the next build recreates them from the rows. An unusable ledger
    /// is replaced by a new one; the served site stays until the next release.
    ///
    /// - Parameter overHold: whether to create a new ledger even when the damaged one holds the
    ///   site at a release.
    public func verify(
        repairs: Bool, overHold: Bool = false, progress: @escaping VerifyProgress = { _, _ in }
    ) throws -> FolderVerification {
        let lock = try takeLock(waitMilliseconds: Self.patience)
        defer { withExtendedLifetime(lock) {} }
        var verification = FolderVerification()
        let isNew = root.entry(Ledger.name) == nil && root.entry("current") == nil
        if isNew { return verification }
        verification.faults = try verifyLedger(repairs: repairs, overHold: overHold)
        guard verification.faults.isEmpty else { return verification }
        var check = ContentCheck(folder: self, repairs: repairs, progress: progress)
        check = try ledger.write { [check] ledger in try check.withObjects(of: ledger) }
        // Completing a release needs objects, and determines which release a tree holds.
        let links = try verifyLinks(repairs: repairs)
        check = try ledger.write { [check] ledger in try check.withTrees(of: ledger) }
        verification.faults = links + check.faults
        (verification.objects, verification.files) = (check.objectCount, check.fileCount)
        verification.bytes = check.byteCount
        if repairs, !verification.faults.isEmpty { try record(verification.faults) }
        return verification
    }

    /// Whether the newest release has compressed forms of its files; true for one without files.
    public func isCompressed() throws -> Bool {
        try ledger.read { try $0.hasCompressedFiles() } ?? true
    }

    /// Returns the last hundred repairs in the folder, newest first.
    public func repairs() throws -> [FolderRepair] {
        try ledger.read { try $0.repairs() } ?? []
    }

    func record(_ faults: [FolderFault]) throws {
        // Faults that could not be repaired are found again.
        let faults = faults.filter { $0.remedy != .none && $0.remedy != .steppedBack }
        guard !faults.isEmpty else { return }
        try ledger.write { ledger in
            try ledger.database.transaction {
                try ledger.record(faults, at: wallClockMilliseconds())
            }
        }
    }

    /// Checks whether the ledger is usable, and replaces an unusable one.
    private func verifyLedger(repairs: Bool, overHold: Bool) throws -> [FolderFault] {
        do {
            guard root.entry(Ledger.name) != nil else {
                throw DamagedFolder(message: "is missing", path: path + "/" + Ledger.name)
            }
            try openLedger()
            if let found = try ledger.write({ try $0.contradiction() }) {
                throw DamagedFolder(
                    message: "the ledger contradicts itself: \(found)",
                    path: path + "/" + Ledger.name)
            }
            return []
        } catch {
            guard Self.isDamage(error) || (overHold && (error as? DamagedFolder)?.isNewer == true)
            else { throw error }
            var fault = FolderFault(
                path: Ledger.name, problem: "cannot be used (\(Self.reason(of: error)))")
            guard repairs else { return [fault] }
            try startAfresh(overHold: overHold)
            fault.remedy = .startedOver
            try record([fault])
            return [fault]
        }
    }

    /// Checks whether `current` and the markers of the trees agree with the ledger.
    func verifyLinks(repairs: Bool) throws -> [FolderFault] {
        var faults = try ledger.write { ledger in
            let site = try ledger.site()
            return site.current == 0 ? [] : try linkFaults(site, ledger)
        }
        guard repairs else { return faults }
        // The release to be served is built in the other tree and served from there.
        let steps = try prepare()
        let isServed = try ledger.write { try liveRelease($0) == $0.site().current }
        let remedy: FolderFault.Remedy =
            !steps.isEmpty ? .steppedBack : isServed ? .restored : .renderedAgain
        for index in faults.indices { faults[index].remedy = remedy }
        return faults + steps
    }

    private func linkFaults(_ site: SiteRow, _ ledger: LedgerConnection) throws -> [FolderFault] {
        guard let target = root.target(ofLink: "current") else {
            let problem = root.entry("current") == nil ? "is missing" : "is no link to a tree"
            return [FolderFault(path: "current", problem: problem)]
        }
        guard let tree = servedTree else {
            return [FolderFault(path: "current", problem: "leads to '\(target)', which is no tree")]
        }
        guard let marker = tree.marker, marker.ledger == site.identity else {
            return [
                FolderFault(
                    path: tree.markerPath, problem: "does not say which release its tree holds")
            ]
        }
        return try liveRelease(ledger) == site.current
            ? []
            : [
                FolderFault(
                    path: "current",
                    problem: "leads to another release than \(site.current), which is to be served")
            ]
    }

    static func reason(of error: any Error) -> String {
        (error as? any DiagnosedError)?.diagnostic.message ?? "\(error)"
    }
}
