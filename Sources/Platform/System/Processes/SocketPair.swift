import CLinux
import Glibc

/// Two connected sockets, one for each of two processes.
public struct SocketPair: Sendable {
    public let ours: Int32
    /// The other process's end, which `closeTheirs` closes in this one.
    public let theirs: Int32

    public init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        let kind = SocketKind.stream
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw SystemError("create a socket pair")
        }
        (ours, theirs) = (ends[0], ends[1])
    }

    public func closeTheirs() { close(theirs) }
}
