import CLinux
import Core
import Glibc

/// The limits and privileges of a process that runs code from the database.
public enum ProcessLimits {
    /// Ends this process with its parent and drops the privileges that rendering does not need.
    ///
    /// The JavaScript engine reserves tens of gigabytes of address space, and the system's limit on
    /// address space counts reservations as use. A thread therefore checks the resident memory.
    ///
    /// - Parameters:
    ///   - processorSeconds: processor time for the whole life of the process.
    ///   - memory: resident bytes; a process that exceeds them ends soon after.
    ///   - outOfMemoryStatus: the exit status in that case.
    public static func enter(processorSeconds: Int, memory: Int, outOfMemoryStatus: Int32) {
        _ = robbieblocks_end_with_parent(SIGKILL)
        _ = robbieblocks_no_new_privileges()
        let seconds = UInt64(processorSeconds)
        _ = robbieblocks_limit(Int32(RLIMIT_CPU.rawValue), seconds, seconds)
        _ = robbieblocks_limit(Int32(RLIMIT_CORE.rawValue), 0, 0)
        // The process writes no file: its only writable descriptor is a socket, which has no size.
        _ = robbieblocks_limit(Int32(RLIMIT_FSIZE.rawValue), 0, 0)
        let statistics = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard statistics >= 0 else { return }
        let pageSize = max(1, sysconf(Int32(_SC_PAGESIZE)))
        MemoryWatch(statistics: statistics, limit: memory / pageSize, status: outOfMemoryStatus)
            .start()
    }
}

/// Ends the process when it uses too much memory.
private final class MemoryWatch: Sendable {
    private let statistics: Int32
    /// In pages.
    private let limit: Int
    private let status: Int32

    init(statistics: Int32, limit: Int, status: Int32) {
        self.statistics = statistics
        self.limit = limit
        self.status = status
    }

    /// Starts a thread that watches. If no thread or statistics are available, memory is not
    /// watched.
    func start() {
        let argument = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<MemoryWatch>.fromOpaque(argument).takeRetainedValue().run()
            }, argument.toOpaque())
        if failure == 0 { pthread_detach(thread) } else { argument.release() }
    }

    /// Reads the second number of `statm`, the resident pages, fifty times a second.
    private func run() -> Never {
        _ = robbieblocks_name_thread("rb-memory-watch")
        var text = [UInt8](repeating: 0, count: 128)
        while true {
            let count = text.withUnsafeMutableBytes {
                pread(statistics, $0.baseAddress, $0.count, 0)
            }
            let numbers = String(decoding: text.prefix(max(0, count)), as: UTF8.self)
                .splitUTF8(separator: " ")
            if numbers.count > 1, let resident = Int(numbers[1]), resident > limit {
                _exit(status)
            }
            usleep(20_000)
        }
    }
}
