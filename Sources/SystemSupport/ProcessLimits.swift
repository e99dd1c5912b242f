import CLinux
import Glibc

/// What a process that runs code from the database gives up before it runs any.
public enum ProcessLimits {
    /// Binds this process to its parent and takes away what rendering does not need.
    ///
    /// - Parameters:
    ///   - processorSeconds: processor time for the whole life of the process.
    ///   - memory: bytes of private memory; needing more ends the process.
    public static func enter(processorSeconds: Int, memory: Int) {
        _ = robbieblocks_end_with_parent(SIGKILL)
        _ = robbieblocks_no_new_privileges()
        let seconds = UInt64(processorSeconds)
        _ = robbieblocks_limit(Int32(RLIMIT_CPU.rawValue), seconds, seconds)
        _ = robbieblocks_limit(Int32(RLIMIT_DATA.rawValue), UInt64(memory), UInt64(memory))
        _ = robbieblocks_limit(Int32(RLIMIT_CORE.rawValue), 0, 0)
        // It writes no file: the only descriptor it may write to is a socket, which has no size.
        _ = robbieblocks_limit(Int32(RLIMIT_FSIZE.rawValue), 0, 0)
    }
}
