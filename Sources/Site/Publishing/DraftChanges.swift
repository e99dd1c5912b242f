import System

/// The changes of one call to a draft, collected while the ledger is accessible.
struct DraftChanges: Sendable {
    private(set) var added: [(path: String, entry: Manifest.Entry)] = []
    private(set) var removed: [(path: String, entry: Manifest.Entry)] = []
    /// Objects that must be written before the draft is published.
    private(set) var objects: [FileForms.Form] = []
    private(set) var abandonsObjects = false
    /// Whether the records of pages, inputs or failures change.
    var changesRecords = false

    /// Sets the file and its compressed forms, from this release on.
    ///
    /// - Parameter isNew: whether the path most likely has no file yet; that case is tried first.
    mutating func set(
        _ file: FileForms, page: String?, isImmutable: Bool, isNew: Bool = false,
        in draft: ReleaseDraft.Place, _ ledger: LedgerConnection
    ) throws {
        for form in file.forms {
            let entry = Manifest.Entry(
                digest: form.digest, size: form.bytes.count, page: page)
            let row = LedgerFile(path: form.path, entry: entry, isImmutable: isImmutable)
            let change =
                isNew
                ? try ledger.add(row, release: draft.number)
                : try ledger.set(row, release: draft.number)
            note(change, after: entry, at: form.path)
            switch change.bytes {
            case .unknown: objects.append(form)
            case .published where !draft.objects.has(form.digest, size: form.bytes.count):
                // The store has lost the object.
                objects.append(form)
            case .published, .drafted: break
            }
        }
        let made = Set(file.forms.map(\.path))
        for path in FileForms.suffixes.map({ file.path + $0 }) where !made.contains(path) {
            guard file.keepsCompressed else {
                try removeFile(at: path, isPage: page != nil, in: draft, ledger)
                continue
            }
            guard var form = try ledger.liveFile(at: path) else { continue }
            form.entry.page = page
            note(try ledger.set(form, release: draft.number), after: form.entry, at: path)
        }
    }

    /// Removes the file and its compressed forms, from this release on.
    mutating func remove(
        _ path: String, isPage: Bool, in draft: ReleaseDraft.Place, _ ledger: LedgerConnection
    ) throws {
        for path in [path] + FileForms.suffixes.map({ path + $0 }) {
            try removeFile(at: path, isPage: isPage, in: draft, ledger)
        }
    }

    mutating func removeFile(
        at path: String, isPage: Bool, in draft: ReleaseDraft.Place, _ ledger: LedgerConnection
    ) throws {
        let change = try ledger.removeFile(at: path, isPage: isPage, release: draft.number)
        note(change, after: nil, at: path)
    }

    private mutating func note(
        _ change: FileChange, after entry: Manifest.Entry?, at path: String
    ) {
        abandonsObjects = abandonsObjects || change.abandonsBytes
        if change.before == entry { return }
        if let before = change.before { removed.append((path, before)) }
        if let entry { added.append((path, entry)) }
    }
}
