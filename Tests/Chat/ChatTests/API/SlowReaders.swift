import Foundation
import Synchronization
import TestSupport

/// Clients that ask for something and take one byte a second of it, over connections like those of a
/// bad network: small segments, and little room.
final class SlowReaders: Sendable {
    private static let receiveBytes: Int32 = 2304
    private static let segmentBytes: Int32 = 536

    private let descriptors: [Int32]
    private let hasEnded = Mutex(false)

    /// Connects and sends `request` on each connection, and begins to read.
    init(_ count: Int, to client: HTTPClient, _ request: [UInt8]) throws {
        var opened: [Int32] = []
        for _ in 0..<count {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            opened.append(descriptor)
            var (room, segment) = (Self.receiveBytes, Self.segmentBytes)
            let size = socklen_t(MemoryLayout<Int32>.size)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, size)
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_MAXSEG, &segment, size)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(client.port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected,
                send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
            else {
                let words = String(cString: strerror(errno))
                for descriptor in opened { close(descriptor) }
                throw HTTPClient.Failure(description: "a slow reader: \(words)")
            }
        }
        descriptors = opened
        Thread.detachNewThread { [self] in run() }
    }

    private func run() {
        var byte: UInt8 = 0
        while !hasEnded.withLock({ $0 }) {
            for descriptor in descriptors {
                _ = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
            }
            for _ in 0..<20 where !hasEnded.withLock({ $0 }) { usleep(50_000) }
        }
        for descriptor in descriptors { close(descriptor) }
    }

    /// Hangs up.
    func end() { hasEnded.withLock { $0 = true } }

    /// How many of them have got something, and have not read it.
    var served: Int {
        var byte: UInt8 = 0
        return descriptors.count {
            recv($0, &byte, 1, Int32(MSG_DONTWAIT | MSG_PEEK)) > 0
        }
    }

    /// How many connections a server on this port holds open; those it has closed do not count, even
    /// if the other side has not taken all that was sent.
    static func connections(heldOn port: Int) throws -> Int {
        try states(on: port)["01", default: 0]
    }

    /// How many connections of a server are in which state of TCP, by the kernel's number: 01 is
    /// established, 04 closed by the server, with something not taken.
    static func states(on port: Int) throws -> [String: Int] {
        // The kernel gives it in parts, and says that it has no length.
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/net/tcp"))
        var bytes = Data()
        while let some = try file.read(upToCount: 64 << 10), !some.isEmpty { bytes += some }
        let table = String(decoding: bytes, as: UTF8.self)
        let local = "0100007F:" + String(format: "%04X", port)
        let states = table.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            return words.count > 3 && words[1] == local ? String(words[3]) : nil
        }
        return states.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}
