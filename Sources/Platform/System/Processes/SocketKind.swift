import CLinux
import Glibc

/// Kinds of sockets for `socket` and `socketpair`. All of them are closed in child processes.
///
/// Other modules take them from here: several shims of C libraries declare `SOCK_STREAM`, and in a module
/// that imports two of them, a release build finds it through one of the two only.
public enum SocketKind {
    /// A stream of bytes.
    public static let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    /// A stream whose calls never wait.
    public static let nonblockingStream = stream | Int32(SOCK_NONBLOCK.rawValue)
    /// A message at a time.
    public static let datagram = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
}
