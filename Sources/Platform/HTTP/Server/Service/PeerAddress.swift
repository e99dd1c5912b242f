import Core
import Glibc

/// The address of a socket's peer.
enum PeerAddress {
    /// Returns the IP address, with an IPv4 address in its own form even when mapped to IPv6; empty
    /// when the connection is already gone.
    static func text(of descriptor: Int32) -> String {
        var storage = sockaddr_storage()
        let text = withUnsafeMutableBytes(of: &storage) { bytes -> String? in
            guard let base = bytes.baseAddress else { return nil }
            var length = socklen_t(bytes.count)
            guard getpeername(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length) == 0
            else { return nil }
            // The offset of the address in each family's structure.
            let family = Int32(base.load(as: sa_family_t.self))
            let offset = family == AF_INET6 ? 8 : 4
            return withUnsafeTemporaryAllocation(
                of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)
            ) { buffer in
                inet_ntop(family, base + offset, buffer.baseAddress, socklen_t(buffer.count))
                    .map { String(cString: $0) }
            }
        }
        guard let text else { return "" }
        let mapped = text.droppingUTF8Prefix("::ffff:").map(String.init)
        return mapped.flatMap { $0.utf8.contains(UInt8(ascii: ".")) ? $0 : nil } ?? text
    }
}
