import System

/// Putting single files right. The caller holds the site's lock.
extension SiteFolder {
    /// Puts an object right, or notes that its bytes are nowhere.
    ///
    /// - Returns: what was done, and the page whose bytes are lost.
    func repair(
        _ object: StoredObject, mode: UInt32, _ ledger: LedgerConnection
    ) throws -> (SiteFault.Remedy, page: String?) {
        let path = ObjectStore.path(of: object.digest)
        if let entry = objects.folder.entry(path), entry.kind == .file {
            if entry.mode & mode != mode { try objects.folder.setMode(path, entry.mode | mode) }
            if objects.holds(object.digest, size: object.size) {
                try objects.folder.setModified(
                    path, ObjectStore.modificationTime(of: object.digest))
                return (.restored, nil)
            }
        }
        if let bytes = try SiteTree.bytes(of: object.digest, below: root, ledger) {
            try objects.restore(bytes, digest: object.digest)
            return (.restored, nil)
        }
        // Whatever is there would be taken for the object.
        try objects.folder.remove(path)
        return try ledger.database.transaction {
            let (remedy, page) = try ledger.lose(object.digest)
            return (remedy, page)
        }
    }
}

extension ObjectStore {
    /// What is wrong with an object, as the end of a sentence; nil when nothing is.
    func problem(of object: StoredObject, mode: UInt32) -> String? {
        let path = Self.path(of: object.digest)
        guard let entry = folder.entry(path) else { return "is missing" }
        guard entry.kind == .file else { return "is no file" }
        guard holds(object.digest, size: object.size) else { return "has other bytes" }
        guard entry.mode & mode == mode else { return "has other permissions" }
        return Self.isIntact(entry, object.digest, size: object.size) ? nil : "has another time"
    }
}

extension SiteTree {
    /// Whether the tree says that it holds one release that the ledger knows, and no more.
    func isKnown(to ledger: LedgerConnection) throws -> Bool {
        guard let marker = try usableMarker(ledger) else { return false }
        return marker.isComplete
    }

    /// Puts right what a walk through the tree found.
    ///
    /// Also of the tree that is served: what was there is worse than what replaces it.
    func repair(
        _ findings: [TreeWalk.Finding], lost: Set<SHA256Digest>, release: Int,
        ledger: LedgerConnection
    ) throws {
        let tree = try Directory("\(root.path)/\(name)")
        for finding in findings {
            if finding.isStray {
                try tree.remove(finding.path)
            } else if let mode = finding.mode {
                try tree.setMode(finding.path, mode)
            }
        }
        let files = findings.compactMap(\.file).filter { !lost.contains($0.digest) }
        try place(files, release: release, ledger: ledger)
    }
}
