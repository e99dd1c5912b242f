import System

/// Repairs single files. The caller holds the site's lock.
extension SiteFolder {
    /// Repairs an object, or records that its bytes exist nowhere.
    ///
    /// - Returns: the remedy, and the page whose bytes are lost.
    func repair(
        _ object: StoredObject, mode: UInt32, _ ledger: LedgerConnection
    ) throws -> (FolderFault.Remedy, page: String?) {
        let path = ObjectStore.path(of: object.digest)
        if let entry = objects.folder.entry(path), entry.kind == .file {
            if entry.mode & mode != mode { try objects.folder.setMode(path, entry.mode | mode) }
            if objects.holds(object.digest, size: object.size) {
                try objects.folder.setModified(
                    path, ObjectStore.modificationTime(of: object.digest))
                return (.restored, nil)
            }
        }
        if let bytes = try ReleaseTree.bytes(of: object.digest, below: root, ledger) {
            try objects.restore(bytes, digest: object.digest)
            return (.restored, nil)
        }
        // Anything left at the path would be taken for the object.
        try objects.folder.remove(path)
        return try ledger.database.transaction {
            let (remedy, page) = try ledger.lose(object.digest)
            return (remedy, page)
        }
    }
}

extension ObjectStore {
    /// Returns the problem of an object as the end of a sentence; nil when it has none.
    func problem(of object: StoredObject, mode: UInt32) -> String? {
        let path = Self.path(of: object.digest)
        guard let entry = folder.entry(path) else { return "is missing" }
        guard entry.kind == .file else { return "is no file" }
        guard holds(object.digest, size: object.size) else { return "has other bytes" }
        guard entry.mode & mode == mode else { return "has other permissions" }
        return Self.isIntact(entry, object.digest, size: object.size) ? nil : "has another time"
    }
}

extension ReleaseTree {
    /// Whether the tree's marker names exactly one release, which the ledger knows.
    func isKnown(to ledger: LedgerConnection) throws -> Bool {
        guard let marker = try usableMarker(ledger) else { return false }
        return marker.isComplete
    }

    /// Repairs the findings of a walk through the tree.
    ///
    /// Repairs the served tree as well: the replacement is better than the damaged file.
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
