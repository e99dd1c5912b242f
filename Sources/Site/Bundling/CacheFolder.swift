import Core
import FoundationEssentials
import Synchronization
import System

/// The part of a `BundleCache` that outlives the program: one file a result.
///
/// A file is written whole beside its place and renamed, so that two programs never see each other's
/// half; it carries a digest of its key and bytes, so that a damaged one is known. Nothing is made durable:
/// what a power cut takes is made again.
final class CacheFolder: Sendable {
    enum Finding {
        case found([UInt8])
        case damaged
        case absent
    }

    private static let mark = Array("RobbieBlocks bundle 1\n".utf8)
    private static let headerLength = mark.count + 32
    /// Seconds after which a file that is read counts as used again.
    private static let touchInterval = 86_400
    /// Seconds after which an unfinished file has no writer any more.
    private static let unfinishedAge = 3_600

    private let path: String
    private let limit: Int
    private let age: Int
    private let folder = Mutex<Directory?>(nil)
    /// Bytes written since old files were last cleared away; nil before the first time.
    private let written = Mutex<Int?>(nil)

    /// - Parameters:
    ///   - limit: bytes of all files.
    ///   - age: seconds that a file may be unused.
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
            // A file of another user cannot be touched; it only counts as older than it is.
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
            // Somebody removed the folder that is open here.
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

    /// Tells a damaged file, and one that was copied to another's name.
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

    /// Removes what is too old, and then the oldest until what is left is well below the limit.
    ///
    /// A file that another program reads just now stays readable for it; what cannot be removed is
    /// tried again the next time.
    private func clear(_ folder: Directory) {
        var files: [(name: String, status: FileStatus)] = []
        for name in (try? folder.names()) ?? [] {
            guard let status = folder.status(of: name) else { continue }
            let isUnfinished = name.hasUTF8Prefix(Directory.unfinishedPrefix)
            // Files that are not ours are not touched.
            guard isUnfinished || SHA256Digest(hex: name) != nil else { continue }
            if Self.age(of: status) > (isUnfinished ? Self.unfinishedAge : age) {
                try? folder.remove(name)
            } else if !isUnfinished {
                files.append((name, status))
            }
        }
        var size = files.reduce(0) { $0 + $1.status.size }
        // Up to an eighth may be written before the next time.
        guard size > limit / 8 * 7 else { return }
        for (name, status) in files.sorted(by: { $0.status.modified < $1.status.modified }) {
            if size <= limit / 4 * 3 { break }
            try? folder.remove(name)
            size -= status.size
        }
    }

    /// Seconds since the file was written or used.
    private static func age(of status: FileStatus) -> Int {
        Int(Date().timeIntervalSince1970) - status.modified / 1_000_000_000
    }
}
