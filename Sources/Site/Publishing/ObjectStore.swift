import Synchronization
import System

/// The bytes of all kept releases, each file named by the hash of its content: `ab/` and the other
/// 62 digits.
///
/// An object is trusted only when the ledger refers to it: an unknown object may be half written,
/// or may not have reached the disk before a power failure. Writing therefore needs no temporary
/// file. A file named `.writing` exists while objects are being written; the next release then
/// removes what an interrupted one left.
struct ObjectStore: Sendable {
    let folder: Directory

    /// Returns the path of an object in the store.
    static func path(of digest: SHA256Digest) -> String {
        var path = digest.description
        path.insert("/", at: path.index(path.startIndex, offsetBy: 2))
        return path
    }

    private static let sentinel = ".writing"
    /// Counts the temporary names of this process.
    private static let next = Atomic<Int>(0)

    /// Whether a release was interrupted while it wrote objects.
    var wasInterrupted: Bool { folder.exists(Self.sentinel) }

    func beginWriting() throws(SystemError) {
        if !wasInterrupted { try folder.write([], to: Self.sentinel) }
    }

    func endWriting() throws(SystemError) { try folder.remove(Self.sentinel) }

    /// Whether an object that the ledger knows exists, as far as its size and time show: a program
    /// that wrote into it, or into a served file that is a link to it, has changed its time.
    func has(_ digest: SHA256Digest, size: Int) -> Bool {
        guard let entry = folder.entry(Self.path(of: digest)) else { return false }
        return Self.isIntact(entry, digest, size: size)
    }

    /// Whether an entry of the store or of a tree may be this object, as far as its status shows.
    static func isIntact(_ entry: EntryStatus, _ digest: SHA256Digest, size: Int) -> Bool {
        entry.kind == .file && entry.size == size
            && entry.modified == modificationTime(of: digest) * 1_000_000_000
    }

    /// Whether the object has a file, whatever its bytes are.
    func isReadable(_ digest: SHA256Digest) -> Bool {
        folder.entry(Self.path(of: digest))?.kind == .file
    }

    /// Whether the object's file has the right bytes.
    func holds(_ digest: SHA256Digest, size: Int) -> Bool {
        folder.digest(of: Self.path(of: digest), size: size) == digest
    }

    /// Rewrites an object in a file of its own, and makes it durable.
    func restore(_ bytes: [UInt8], digest: SHA256Digest) throws(SystemError) {
        let path = Self.path(of: digest)
        let parent = String(path.prefix(2))
        if let entry = folder.entry(parent), entry.kind != .folder { try folder.remove(parent) }
        try folder.createFolder(parent)
        if let mode = folder.entry(parent)?.mode, mode & 0o700 != 0o700 {
            try folder.setMode(parent, mode | 0o700)
        }
        try replace(bytes, digest: digest)
        try folder.synchronize(path)
        try folder.synchronize(parent)
    }

    /// Writes an object that the ledger does not know yet, or that is missing.
    func write(_ bytes: [UInt8], digest: SHA256Digest) throws(SystemError) {
        let path = Self.path(of: digest)
        do throws(SystemError) {
            try create(bytes, at: path, digest: digest)
        } catch {
            if error.isTaken {
                // Another task is writing the same bytes, or an unfinished release wrote them.
                try replace(bytes, digest: digest)
            } else if error.isMisplaced {
                try restore(bytes, digest: digest)
            } else {
                throw error
            }
        }
    }

    /// Gives an object a new file when the old one has reached the limit of hard links; the
    /// existing links stay.
    func renew(_ digest: SHA256Digest) throws(SystemError) {
        try replace(folder.read(Self.path(of: digest), limit: .max), digest: digest)
        try folder.synchronize(Self.path(of: digest))
    }

    private func replace(_ bytes: [UInt8], digest: SHA256Digest) throws(SystemError) {
        // Tasks that write the same object at once need different names.
        let temporary = ".\(digest.hex(16))-\(Self.next.add(1, ordering: .relaxed).newValue)"
        do {
            try folder.remove(temporary)
            try folder.write(
                bytes, to: temporary, modified: Self.modificationTime(of: digest))
            let path = Self.path(of: digest)
            // A file cannot replace a folder.
            if folder.entry(path)?.kind == .folder { try folder.remove(path) }
            try folder.rename(temporary, to: path)
        } catch {
            _ = try? folder.remove(temporary)
            throw error
        }
    }

    private func create(
        _ bytes: [UInt8], at path: String, digest: SHA256Digest
    ) throws(SystemError) {
        let modified = Self.modificationTime(of: digest)
        do throws(SystemError) {
            try folder.write(bytes, to: path, modified: modified)
        } catch {
            guard error.isNotFound else { throw error }
            try folder.createFolder(String(path.prefix(2)))
            try folder.write(bytes, to: path, modified: modified)
        }
    }

    func remove(_ digest: SHA256Digest) throws(SystemError) {
        try folder.remove(Self.path(of: digest))
    }

    /// Makes objects and their names durable.
    ///
    /// - Parameter digests: the objects; nil when they are too many to wait for one by one.
    func synchronize(_ digests: [SHA256Digest]?) throws {
        guard let digests else { return try folder.synchronize() }
        // No object is trusted before the commit, so bytes and names may become durable in any
        // order.
        let paths = digests.map(Self.path)
        let names = paths + Set(paths.map { String($0.prefix(2)) }).sorted() + [""]
        try simultaneously(names.count) { try folder.synchronize(names[$0]) }
    }

    /// Removes every object that `isKept` rejects.
    func sweep(isKept: (SHA256Digest) throws -> Bool) throws {
        for name in try strays(isKept: isKept) { try folder.remove(name) }
    }

    /// Returns the names in the store that `isKept` rejects.
    func strays(isKept: (SHA256Digest) throws -> Bool) throws -> [String] {
        var strays: [String] = []
        for name in try folder.names() where name != Self.sentinel {
            guard name.utf8.count == 2, folder.entry(name)?.kind == .folder else {
                strays.append(name)
                continue
            }
            for rest in try folder.names(in: name) {
                if let digest = SHA256Digest(hex: name + rest), try isKept(digest) { continue }
                strays.append("\(name)/\(rest)")
            }
        }
        return strays
    }

    /// Returns a time that follows from the content, between 2001 and 2018: servers derive their
    /// validators from time and length, and two releases of a file must never share both.
    static func modificationTime(of digest: SHA256Digest) -> Int {
        978_307_200 + Int(digest.prefix % (1 << 29))
    }
}
