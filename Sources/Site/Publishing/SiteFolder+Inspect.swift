import System

extension SiteFolder {
    /// With more suspicious files than this, everything is compared.
    private static let suspectLimit = 64
    /// The number of files in one inspection whose objects are examined, too.
    private static let objectLimit = 512

    /// Examines a part of the served site, and repairs the folder when something is wrong with it.
    ///
    /// An inspection costs some milliseconds; a repair costs what it repairs, or a full comparison
    /// when much is wrong.
    ///
    /// - Parameter sample: how much to examine; advanced so that the next inspection covers the
    ///   next part.
    /// - Returns: the faults found, with their remedies.
    public func inspect(_ sample: inout InspectionSample) throws -> [FolderFault] {
        let look: Look?
        do {
            look = try ledger.read { [sample] ledger in try self.look(sample, ledger) } ?? nil
        } catch {
            guard Self.isDamage(error) else { throw error }
            return try verify(repairs: true).faults
        }
        sample.position = look?.position
        guard let look else {
            guard root.entry(Ledger.name) == nil else {
                // The link and the tree do not show which release is served.
                return try repairLinks()
            }
            return root.entry("current") == nil ? [] : try verify(repairs: true).faults
        }
        if look.suspects.isEmpty { return [] }
        if look.suspects.count > Self.suspectLimit { return try verify(repairs: true).faults }
        return try repair(look.suspects)
    }

    private struct Look: Sendable {
        var suspects: [ExpectedFile] = []
        var position: Int?
    }

    /// - Returns: nil when the served release is unknown.
    private func look(_ sample: InspectionSample, _ ledger: LedgerConnection) throws -> Look? {
        let current = try ledger.site().current
        // Nothing was published yet, or not since a new ledger was created.
        if current == 0 { return Look() }
        guard let tree = servedTree, let release = try liveRelease(ledger), current == release
        else { return nil }
        var examiner = FileExaminer(site: self, tree: tree)
        let end = monotonicMilliseconds() + sample.milliseconds
        let last = try ledger.lastFile()
        let start = min(sample.position ?? Int.random(in: 0...last), last)
        var look = Look(position: start)
        var (count, bytes, hasWrapped) = (0, 0, false)
        while count < sample.files || monotonicMilliseconds() < end {
            let files = try ledger.files(
                of: release, after: look.position ?? 0, upTo: hasWrapped ? start : last, limit: 128)
            for (id, file) in files {
                let readsBytes = bytes + file.size <= sample.bytes
                if readsBytes { bytes += file.size }
                if examiner.isSuspicious(
                    file, readsBytes: readsBytes, looksAtObject: count < Self.objectLimit)
                {
                    look.suspects.append(file)
                }
                count += 1
                look.position = id
            }
            guard files.isEmpty else { continue }
            if hasWrapped || start == 0 { break }
            (hasWrapped, look.position) = (true, 0)
        }
        return look
    }

    /// Brings the link and the trees to the state that the ledger records, or repairs everything.
    private func repairLinks() throws -> [FolderFault] {
        do {
            let lock = try takeLock(waitMilliseconds: Self.patience)
            defer { withExtendedLifetime(lock) {} }
            try openLedger()
            let faults = try verifyLinks(repairs: true)
            try record(faults)
            return faults
        } catch {
            guard Self.isDamage(error) else { throw error }
            return try verify(repairs: true).faults
        }
    }

    /// Compares single files and their objects byte by byte, and repairs them.
    private func repair(_ suspects: [ExpectedFile]) throws -> [FolderFault] {
        let lock = try takeLock(waitMilliseconds: Self.patience)
        defer { withExtendedLifetime(lock) {} }
        var faults = try prepare()
        faults += try ledger.write { ledger in
            let modes = TreeModes(of: self)
            var faults: [FolderFault] = []
            var lost: Set<SHA256Digest> = []
            for digest in Set(suspects.map(\.file.digest)) where try ledger.refers(to: digest) {
                let object = StoredObject(
                    digest: digest, size: try ledger.copies(of: digest).size)
                guard let problem = objects.problem(of: object, mode: modes.file) else { continue }
                let (remedy, page) = try repair(object, mode: modes.file, ledger)
                if remedy != .restored { lost.insert(digest) }
                faults.append(
                    FolderFault(
                        path: "objects/" + ObjectStore.path(of: digest), problem: problem,
                        remedy: remedy, page: page))
            }
            // Another build may have published in the meantime.
            guard let tree = servedTree, let release = try liveRelease(ledger) else {
                return faults
            }
            let examiner = FileExaminer(site: self, tree: tree)
            var findings: [TreeWalk.Finding] = []
            for suspect in suspects
            where try ledger.file(at: suspect.file.path, in: release)?.entry.digest
                == suspect.file.digest
            {
                findings += examiner.findings(of: suspect)
            }
            try tree.repair(findings, lost: lost, release: release, ledger: ledger)
            for finding in findings where finding.file.map({ !lost.contains($0.digest) }) ?? true {
                faults.append(
                    FolderFault(
                        path: "\(tree.name)/\(finding.path)", problem: finding.problem,
                        remedy: .restored, page: finding.page))
            }
            return faults
        }
        try record(faults)
        return faults
    }
}
