import Synchronization
import System

/// The bytes of all kept releases, each file named by the hash of its content: `ab/` and the other
/// 62 digits.
///
/// An object is trusted only when the ledger refers to it: one that it does not know may be half
/// written, or may never have reached the disk before the power went. So writing needs no temporary
/// file, and what an interrupted release left is swept away by the next one: while objects are being
/// written, a file named `.writing` says so.
struct ObjectStore: Sendable {
    let folder: Directory

    /// Names a file's path in the store.
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

    /// Whether an object that the ledger knows is there, as far as size and time tell: a program
    /// that wrote into it, or into a served file that is a link to it, has changed its time.
    func has(_ digest: SHA256Digest, size: Int) -> Bool {
        guard let entry = folder.entry(Self.path(of: digest)) else { return false }
        return Self.isIntact(entry, digest, size: size)
    }

    /// Whether what stands in the store or in a tree may be this object, as far as one look tells.
    static func isIntact(_ entry: EntryStatus, _ digest: SHA256Digest, size: Int) -> Bool {
        entry.kind == .file && entry.size == size
            && entry.modified == modificationTime(of: digest) * 1_000_000_000
    }

    /// Whether there is a file for the object, whatever its bytes are.
    func isReadable(_ digest: SHA256Digest) -> Bool {
        folder.entry(Self.path(of: digest))?.kind == .file
    }

    /// Whether the object has its bytes.
    func holds(_ digest: SHA256Digest, size: Int) -> Bool {
        folder.digest(of: Self.path(of: digest), size: size) == digest
    }

    /// Writes an object again in a file of its own, and makes it durable.
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

    /// Writes an object that the ledger does not know yet, or that has gone missing.
    func write(_ bytes: [UInt8], digest: SHA256Digest) throws(SystemError) {
        let path = Self.path(of: digest)
        do throws(SystemError) {
            try create(bytes, at: path, digest: digest)
        } catch {
            if error.isTaken {
                // Another task writes the same bytes, or a release that was never finished did.
                try replace(bytes, digest: digest)
            } else if error.isMisplaced {
                try restore(bytes, digest: digest)
            } else {
                throw error
            }
        }
    }

    /// Gives an object a file of its own again, once the old one has all the names that a file may
    /// have; the names stay as they are.
    func renew(_ digest: SHA256Digest) throws(SystemError) {
        try replace(folder.read(Self.path(of: digest), limit: .max), digest: digest)
        try folder.synchronize(Self.path(of: digest))
    }

    private func replace(_ bytes: [UInt8], digest: SHA256Digest) throws(SystemError) {
        // Tasks that write the same object at once must not share this name.
        let temporary = ".\(digest.hex(16))-\(Self.next.add(1, ordering: .relaxed).newValue)"
        do {
            try folder.remove(temporary)
            try folder.write(
                bytes, to: temporary, modified: Self.modificationTime(of: digest))
            let path = Self.path(of: digest)
            // A file does not replace a folder.
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
    /// - Parameter digests: which; nil when they are too many to wait for one by one.
    func synchronize(_ digests: [SHA256Digest]?) throws {
        guard let digests else { return try folder.synchronize() }
        // Nothing is trusted before the commit, so that bytes and names need no order.
        let paths = digests.map(Self.path)
        let names = paths + Set(paths.map { String($0.prefix(2)) }).sorted() + [""]
        try simultaneously(names.count) { try folder.synchronize(names[$0]) }
    }

    /// Removes every object that is not to be kept.
    func sweep(isKept: (SHA256Digest) throws -> Bool) throws {
        for name in try strays(isKept: isKept) { try folder.remove(name) }
    }

    /// What is in the store and is not to be kept.
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

    /// A time that follows from the content: servers make their validators of time and length, and
    /// two releases of a file must never share both. Between 2001 and 2018.
    static func modificationTime(of digest: SHA256Digest) -> Int {
        978_307_200 + Int(digest.prefix % (1 << 29))
    }
}
