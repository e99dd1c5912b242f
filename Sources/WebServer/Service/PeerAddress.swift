import CWebSockets
import Glibc

/// Who is at the other end of a socket.
enum PeerAddress {
    /// The address in figures, an IPv4 address in its own form even when it came over IPv6; empty when
    /// the connection is gone already.
    static func text(of descriptor: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let start = buffer.baseAddress,
                lws_get_peer_simple_fd(descriptor, start, buffer.count) != nil
            else { return "" }
            let text = String(cString: start)
            return text.hasPrefix("::ffff:") && text.contains(".")
                ? String(text.dropFirst("::ffff:".count)) : text
        }
    }
}
