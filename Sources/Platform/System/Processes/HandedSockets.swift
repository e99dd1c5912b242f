import CLinux
import Glibc

/// Sockets that the service manager holds for this program and hands to it, by systemd's protocol:
/// `LISTEN_FDS` says how many there are from descriptor 3 on, `LISTEN_PID` whose they are.
///
/// A program that was handed its port leaves it open when it ends: who connects meanwhile waits for the
/// next one instead of being refused.
public enum HandedSockets {
    private static let first: Int32 = 3
    /// More than any unit names.
    private static let most = 64

    /// The descriptors, closed to child processes, and removes the variables, so that no child takes
    /// them for its own.
    ///
    /// To be called once, before other threads read the environment.
    public static func takeFromEnvironment() -> [Int32] {
        let names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
        var found: [String: String] = [:]
        for name in names {
            found[name] = environmentVariable(name)
            unsetenv(name)
        }
        let descriptors = descriptors(environment: found, process: getpid())
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return descriptors
    }

    /// - Parameters:
    ///   - environment: what the manager set.
    ///   - process: this program's identifier: the sockets may be meant for another process.
    static func descriptors(environment: [String: String], process: Int32) -> [Int32] {
        guard environment["LISTEN_PID"] == String(process),
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), count > 0
        else { return [] }
        return (first..<(first + min(count, Int32(most)))).map { $0 }
    }
}
