import Synchronization
public import System

/// Keeps the results of bundling steps by the digest of all their inputs.
///
/// It has a part in memory, for programs that bundle repeatedly, and, given a folder, one on disk
/// for later programs. A bundle has the same bytes whatever the cache contains or has lost: a
/// missing result is recomputed, and a full or inaccessible disk costs only time.
public final class BundleCache: Sendable {
    public struct Limits: Sendable, Hashable {
        /// Bytes of results in memory; the least recently used are removed first.
        public var memory = 64 << 20
        /// Bytes of files; the least recently used are removed first.
        public var disk = 128 << 20
        /// Seconds after which an unused file is removed.
        public var age = 30 * 86_400

        public init() {}
    }

    /// Counts of events since the start.
    public struct Counts: Sendable, Hashable {
        public var foundInMemory = 0
        public var foundOnDisk = 0
        public var missed = 0
        /// Files whose contents were not as written; each was also a miss.
        public var damaged = 0
        /// Results that could not be written.
        public var unwritten = 0

        public init() {}
    }

    private struct Entry {
        var result: any StepResult
        var size: Int
        var lastUse: Int
    }

    private struct State {
        var entries: [SHA256Digest: Entry] = [:]
        var size = 0
        /// Counts uses; entries are aged by this count.
        var uses = 0
        var counts = Counts()
        var diskFault: SystemError?
    }

    private let limits: Limits
    private let disk: CacheFolder?
    private let state: Mutex<State>

    /// - Parameter folder: created when a result is to be written; nil keeps results in memory
    ///   only. Programs may share a folder.
    public init(folder: String? = nil, limits: Limits = Limits()) {
        self.limits = limits
        disk = folder.map { CacheFolder(path: $0, limit: limits.disk, age: limits.age) }
        state = Mutex(State())
    }

    public var counts: Counts { state.withLock(\.counts) }

    /// Why the last failed write failed; nil when all succeeded.
    public var diskFault: SystemError? { state.withLock(\.diskFault) }

    /// Bytes of results in memory.
    public var memoryInUse: Int { state.withLock(\.size) }

    /// Returns the result kept for `key`, provided that the packages it was made from are
    /// unchanged.
    func result<Result: StepResult>(_ type: Result.Type, for key: SHA256Digest) -> Result? {
        let remembered = state.withLock { state -> Result? in
            state.uses += 1
            state.entries[key]?.lastUse = state.uses
            return state.entries[key]?.result as? Result
        }
        if let remembered, remembered.packages.allSatisfy(\.isUnchanged) {
            state.withLock { $0.counts.foundInMemory += 1 }
            return remembered
        }
        switch disk?.read(key) {
        case .found(let bytes):
            var reader = RecordReader(bytes)
            if let result = try? Result(from: &reader), reader.isAtEnd {
                guard result.packages.allSatisfy(\.isUnchanged) else { break }
                remember(result, size: bytes.count, for: key)
                state.withLock { $0.counts.foundOnDisk += 1 }
                return result
            }
            state.withLock { $0.counts.damaged += 1 }
        case .damaged: state.withLock { $0.counts.damaged += 1 }
        case .absent, nil: break
        }
        state.withLock { $0.counts.missed += 1 }
        return nil
    }

    /// Returns the result kept in memory for `key`. It is used for results that are seldom there,
    /// so nothing is counted and no file is searched for.
    func remembered<Result: StepResult>(_ type: Result.Type, for key: SHA256Digest) -> Result? {
        state.withLock { $0.entries[key]?.result as? Result }
    }

    /// - Parameter onDisk: false keeps the result for this program only, because another run may
    ///   produce a different result.
    func keep(_ result: some StepResult, for key: SHA256Digest, onDisk: Bool = true) {
        var writer = RecordWriter()
        do {
            try result.write(to: &writer)
        } catch {
            return state.withLock { $0.counts.unwritten += 1 }
        }
        remember(result, size: writer.bytes.count, for: key)
        guard onDisk else { return }
        do throws(SystemError) {
            try disk?.write(writer.bytes, for: key)
        } catch {
            state.withLock { state in
                state.counts.unwritten += 1
                state.diskFault = error
            }
        }
    }

    private func remember(_ result: some StepResult, size: Int, for key: SHA256Digest) {
        state.withLock { state in
            state.size -= state.entries[key]?.size ?? 0
            state.entries[key] = nil
            guard size <= limits.memory else { return }
            state.uses += 1
            state.entries[key] = Entry(result: result, size: size, lastUse: state.uses)
            state.size += size
            guard state.size > limits.memory else { return }
            // Some extra room is made at once, so that not every new result sorts the old ones.
            for (old, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
                if state.size <= limits.memory / 4 * 3 || old == key { break }
                state.entries[old] = nil
                state.size -= entry.size
            }
        }
    }
}
