import Foundation
import TestSupport

/// The service manager's end: a datagram socket with a name.
final class NotifySocket: Sendable {
    /// As `NOTIFY_SOCKET` has it.
    let address: String
    private let descriptor: Int32

    /// - Parameter length: of the address, in bytes, when it matters.
    init(isAbstract: Bool = false, length: Int? = nil) throws {
        let start = (isAbstract ? "@robbieblocks-" : "/tmp/rb-notify-") + UUID().uuidString
        address = length.map { start.padding(toLength: $0, withPad: "n", startingAt: 0) } ?? start
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(address.utf8)
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        // A path's final zero may lie beyond the field.
        let size = socklen_t(2 + bytes.count)
        let status = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size)
            }
        }
        guard descriptor >= 0, status == 0 else {
            throw HTTPClient.Failure(description: "bind: \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(descriptor)
        if address.hasPrefix("/") { unlink(address) }
    }

    /// The next message; an error when none comes within ten seconds.
    func receive() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else {
            throw HTTPClient.Failure(description: "recv: \(String(cString: strerror(errno)))")
        }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    var isEmpty: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) < 0 && errno == EAGAIN
    }
}
