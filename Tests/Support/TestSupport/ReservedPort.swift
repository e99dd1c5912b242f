import Foundation

/// A port of this machine that is bound and does not listen.
///
/// As long as this lives, the system gives the port to no other process that asks for a free one, and
/// refuses connections to it. A server that is told the number can listen there all the same, because it
/// sets `SO_REUSEADDR`, as ours and nginx do.
public final class ReservedPort: Sendable {
    public let port: Int
    private let descriptor: Int32

    public init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw RunningProgram.Failure(description: "no port is free") }
        port = Int(UInt16(bigEndian: name.sin_port))
    }

    deinit { close(descriptor) }
}
