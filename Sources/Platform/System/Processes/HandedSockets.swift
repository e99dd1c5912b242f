import CLinux
import Glibc

/// Sockets that the service manager holds open and passes to this program, by systemd's protocol:
/// `LISTEN_FDS` is their number, from descriptor 3 on, and `LISTEN_PID` the process they are for.
///
/// A program that was passed its port leaves it open when it ends: new connections wait for the
/// next process instead of being refused.
public enum HandedSockets {
    private static let first: Int32 = 3
    /// A limit above the number in any unit.
    private static let most = 64

    /// Returns the descriptors, marked close-on-exec, and removes the variables, so that no child
    /// process takes the sockets for its own.
    ///
    /// Call once, before other threads read the environment.
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
    ///   - environment: the variables that the manager set.
    ///   - process: this program's process id: the sockets may be meant for another process.
    static func descriptors(environment: [String: String], process: Int32) -> [Int32] {
        guard environment["LISTEN_PID"] == String(process),
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), count > 0
        else { return [] }
        return (first..<(first + min(count, Int32(most)))).map { $0 }
    }
}
