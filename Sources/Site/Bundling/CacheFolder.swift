import Core
import FoundationEssentials
import Synchronization
import System

/// The part of a `BundleCache` that outlives the program, with one file for each result.
///
/// A file is written completely under a temporary name and renamed, so that programs never see each
/// other's partial files. It contains a digest of its key and bytes, so that damage is detected.
/// Nothing is made durable: results lost in a power failure are recomputed.
final class CacheFolder: Sendable {
    enum Finding {
        case found([UInt8])
        case damaged
        case absent
    }

    private static let mark = Array("RobbieBlocks bundle 1\n".utf8)
    private static let headerLength = mark.count + 32
    /// Seconds after which reading a file marks it as used again.
    private static let touchInterval = 86_400
    /// Seconds after which an unfinished file is considered abandoned.
    private static let unfinishedAge = 3_600

    private let path: String
    private let limit: Int
    private let age: Int
    private let folder = Mutex<Directory?>(nil)
    /// Bytes written since the last removal of old files; nil before the first.
    private let written = Mutex<Int?>(nil)

    /// - Parameters:
    ///   - limit: the most bytes of all files.
    ///   - age: the seconds after which an unused file is removed.
    init(path: String, limit: Int, age: Int) {
        self.path = path
        self.limit = limit
        self.age = age
    }

    func read(_ key: SHA256Digest) -> Finding {
        guard let folder = try? open(creating: false) else { return .absent }
        let name = key.description
        let file: [UInt8]
        do throws(SystemError) {
            file = try folder.read(name, limit: limit + Self.headerLength)
        } catch {
            return error.isNotFound ? .absent : .damaged
        }
        let bytes = Array(file.dropFirst(Self.headerLength))
        guard file.starts(with: Self.mark),
            SHA256Digest(bytes: file.prefix(Self.headerLength).suffix(32))
                == Self.seal(on: bytes, key: key)
        else { return .damaged }
        if let status = folder.status(of: name), Self.age(of: status) > Self.touchInterval {
            // A file of another user cannot be touched; it only seems older than it is.
            try? folder.touch(name)
        }
        return .found(bytes)
    }

    func write(_ bytes: [UInt8], for key: SHA256Digest) throws(SystemError) {
        let size = bytes.count + Self.headerLength
        guard size <= limit else { return }
        let file = Self.mark + Self.seal(on: bytes, key: key).bytes + bytes
        var folder = try open(creating: true)
        do throws(SystemError) {
            try folder.replace(key.description, with: file)
        } catch  where error.isNotFound {
            // The open folder was removed in the meantime.
            self.folder.withLock { $0 = nil }
            folder = try open(creating: true)
            try folder.replace(key.description, with: file)
        }
        let isTimeToClear = written.withLock { written in
            let sum = (written ?? limit) + size
            written = sum > limit / 8 ? 0 : sum
            return sum > limit / 8
        }
        if isTimeToClear { clear(folder) }
    }

    /// Returns the digest that detects a damaged file, and one copied to another name.
    private static func seal(on bytes: [UInt8], key: SHA256Digest) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(field: key)
        hasher.update(field: bytes)
        return hasher.finalize()
    }

    private func open(creating: Bool) throws(SystemError) -> Directory {
        try folder.withLock { folder throws(SystemError) in
            if let folder { return folder }
            let opened = try Directory(path, creating: creating)
            folder = opened
            return opened
        }
    }

    /// Removes files that are too old, then the oldest ones until the rest is well below the limit.
    ///
    /// A file that another program is reading stays readable for it; a file that cannot be removed
    /// is tried again next time.
    private func clear(_ folder: Directory) {
        var files: [(name: String, status: FileStatus)] = []
        for name in (try? folder.names()) ?? [] {
            guard let status = folder.status(of: name) else { continue }
            let isUnfinished = name.hasUTF8Prefix(Directory.unfinishedPrefix)
            // Files of other programs are left alone.
            guard isUnfinished || SHA256Digest(hex: name) != nil else { continue }
            if Self.age(of: status) > (isUnfinished ? Self.unfinishedAge : age) {
                try? folder.remove(name)
            } else if !isUnfinished {
                files.append((name, status))
            }
        }
        var size = files.reduce(0) { $0 + $1.status.size }
        // Up to an eighth of the limit may be written before the next removal.
        guard size > limit / 8 * 7 else { return }
        for (name, status) in files.sorted(by: { $0.status.modified < $1.status.modified }) {
            if size <= limit / 4 * 3 { break }
            try? folder.remove(name)
            size -= status.size
        }
    }

    /// Returns the seconds since the file was written or used.
    private static func age(of status: FileStatus) -> Int {
        Int(Date().timeIntervalSince1970) - status.modified / 1_000_000_000
    }
}
