import Core
public import System

extension ReleaseDraft {
    /// Records a rendered page: its files are now exactly these, the HTML and its compressed forms,
    /// and other paths of the page go. That holds too when the bytes are those of the page before.
    ///
    /// - Parameters:
    ///   - outline: what other pages and lists show of it, in a form of the caller's.
    ///   - reason: why it was rendered, in the user's words.
    ///   - links: where it leads.
    ///   - effort: how hard to compress; nil leaves the compressed forms out.
    public func put(
        _ record: PageRecord, html: [UInt8], outline: String? = nil, reason: String,
        links: PageLinks = PageLinks(), effort: Compression.Effort?
    ) throws {
        let file = try attempt {
            try FileForms(html, at: record.file, effort: effort) { digest in
                try isCompressed(record.file, digest)
            }
        }
        let (place, createdAt) = (place, createdAt)
        try change { ledger, changes in
            let old = try ledger.page(id: record.id)
            try changes.set(
                file, page: record.key, isImmutable: false, isNew: old == nil, in: place, ledger)
            if old != nil {
                try ledger.supersedeRendering(of: record.id, release: place.number)
            }
            try ledger.put(
                record, outline: outline, links: links, reason: reason, release: place.number,
                renderedAt: createdAt)
            if let old, old.file != record.file,
                try !ledger.isFileTaken(old.file, besides: record.id)
            {
                try changes.remove(old.file, isPage: true, in: place, ledger)
            }
            if old != record { changes.changesRecords = true }
        }
        let parent = TreeChanges.parent(of: record.file)
        guard let newTree, !parent.isEmpty else { return }
        try attempt {
            do throws(SystemError) {
                try newTree.createFolder(parent)
            } catch {
                if error.isUnfitName {
                    throw UnplacedFile.unfit(record.file, page: record.key, error)
                }
                // A file of the release in the way of a folder is told from others when it is placed.
                guard error.isMisplaced else { throw error }
            }
        }
    }

    /// Records that a page is unchanged except for its version, fingerprint or date. Its path and
    /// its files stay.
    public func update(_ record: PageRecord, outline: String? = nil) throws {
        try change { ledger, changes in
            guard let old = try ledger.page(id: record.id) else {
                throw Diagnostic(
                    .fileSystem, "the ledger has no such page", at: .init(page: record.key),
                    hint: "build the site again with --force")
            }
            guard old != record else { return }
            _ = try ledger.update(record, outline: outline)
            changes.changesRecords = true
        }
    }

    /// Removes a page and its files from the site. Does nothing for a page that does not exist.
    public func removePage(id: String) throws {
        let place = place
        try change { ledger, changes in
            guard let old = try ledger.page(id: id) else { return }
            try ledger.supersedeRendering(of: id, release: place.number)
            try ledger.removePage(id: id)
            if try !ledger.isFileTaken(old.file, besides: id) {
                try changes.remove(old.file, isPage: true, in: place, ledger)
            }
            changes.changesRecords = true
        }
    }

    /// Replaces all named inputs.
    public func setInputs(_ inputs: [String: SHA256Digest]) throws {
        try change { ledger, changes in
            changes.changesRecords = try ledger.setInputs(inputs)
        }
    }

    /// Sets how the site came about as a whole.
    public func setProvenance(_ provenance: ReleaseProvenance) throws {
        try change { ledger, changes in
            changes.changesRecords = try ledger.setProvenance(provenance)
        }
    }

    /// Sets the branding that the site was made with.
    ///
    /// - Parameter rows: in the caller's own form.
    public func setBranding(_ rows: String) throws {
        try change { ledger, changes in
            changes.changesRecords = try ledger.setBranding(rows)
        }
    }

    /// Replaces all failures.
    public func setFailures(_ failures: [PageFailure]) throws {
        try change { ledger, changes in
            changes.changesRecords = try ledger.setFailures(failures)
        }
    }

    /// Whether the draft has compressed forms of this file, with these bytes.
    func isCompressed(_ path: String, _ digest: SHA256Digest) throws -> Bool {
        try folder.ledger.write { ledger in
            guard try ledger.liveFile(at: path)?.entry.digest == digest else { return false }
            let forms = try FileForms.suffixes.compactMap { try ledger.liveFile(at: path + $0) }
            // A lost form is recreated together with the others.
            return !forms.isEmpty
                && forms.allSatisfy { place.objects.has($0.entry.digest, size: $0.entry.size) }
        }
    }
}
