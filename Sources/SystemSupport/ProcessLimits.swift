import CLinux
import Glibc
import UTF8Text

/// What a process that runs code from the database gives up before it runs any.
public enum ProcessLimits {
    /// Binds this process to its parent and takes away what rendering does not need.
    ///
    /// The JavaScript engine reserves tens of gigabytes of address space, so the system's own limits
    /// on it cannot tell a reservation from use: a thread watches what is resident instead.
    ///
    /// - Parameters:
    ///   - processorSeconds: processor time for the whole life of the process.
    ///   - memory: resident bytes; the process ends soon after it has more.
    public static func enter(processorSeconds: Int, memory: Int) {
        _ = robbieblocks_end_with_parent(SIGKILL)
        _ = robbieblocks_no_new_privileges()
        let seconds = UInt64(processorSeconds)
        _ = robbieblocks_limit(Int32(RLIMIT_CPU.rawValue), seconds, seconds)
        _ = robbieblocks_limit(Int32(RLIMIT_CORE.rawValue), 0, 0)
        // It writes no file: the only descriptor it may write to is a socket, which has no size.
        _ = robbieblocks_limit(Int32(RLIMIT_FSIZE.rawValue), 0, 0)
        watchMemory(limit: memory)
    }

    /// What a process exits with that had more memory than it may.
    public static let outOfMemoryStatus: Int32 = 77

    private static func watchMemory(limit: Int) {
        let statistics = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard statistics >= 0 else { return }
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        let watch = MemoryWatch(statistics: statistics, limit: limit / max(1, pageSize))
        // Without a thread, as without the statistics, the process runs unwatched.
        try? startThread("rb-memory-watch") { watch.run() }
    }
}

private struct MemoryWatch {
    let statistics: Int32
    /// In pages.
    let limit: Int

    /// Looks fifty times a second at the second number of `statm`, the resident pages.
    func run() {
        var text = [UInt8](repeating: 0, count: 128)
        while true {
            let count = text.withUnsafeMutableBytes {
                pread(statistics, $0.baseAddress, $0.count, 0)
            }
            let numbers = String(decoding: text.prefix(max(0, count)), as: UTF8.self)
                .splitUTF8(separator: " ")
            if numbers.count > 1, let resident = Int(numbers[1]), resident > limit {
                _exit(ProcessLimits.outOfMemoryStatus)
            }
            usleep(20_000)
        }
    }
}
