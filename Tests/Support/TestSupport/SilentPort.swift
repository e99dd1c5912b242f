import Foundation

/// A port of this machine that takes connections and says nothing.
public final class SilentPort: Sendable {
    public let port: Int
    private let descriptor: Int32

    /// - Parameter port: 0 takes a free one.
    public init(_ wanted: UInt16 = 0) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = wanted.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw RunningProgram.Failure(description: "no port is free") }
        port = Int(UInt16(bigEndian: name.sin_port))
    }

    deinit { close(descriptor) }

    /// Another descriptor of the same socket, for a server to take over and close.
    public func copy() throws -> Int32 {
        let copy = dup(descriptor)
        guard copy >= 0 else { throw RunningProgram.Failure(description: "dup failed") }
        return copy
    }
}
