import Foundation
import TestSupport

/// A port on loopback that listens, held as a service manager holds it.
final class ListeningSocket: Sendable {
    private let descriptor: Int32
    let port: Int

    init() throws {
        descriptor = try Self.unconnected()
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutableBytes(of: &name) { bytes -> Int32 in
            guard let base = bytes.baseAddress else { return -1 }
            let address = base.assumingMemoryBound(to: sockaddr.self)
            guard bind(descriptor, address, length) == 0, listen(descriptor, 16) == 0 else {
                return -1
            }
            return getsockname(descriptor, address, &length)
        }
        guard status == 0 else { throw HTTPClient.Failure(description: "no port is free") }
        port = Int(UInt16(bigEndian: name.sin_port))
    }

    deinit { close(descriptor) }

    /// Another descriptor of the same socket, for a server to close.
    func copy() throws -> Int32 {
        let copy = dup(descriptor)
        guard copy >= 0 else { throw HTTPClient.Failure(description: "dup") }
        return copy
    }

    /// A socket that does not listen.
    static func unconnected() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw HTTPClient.Failure(description: "socket") }
        return descriptor
    }
}
