import Foundation
public import PostgreSQL
import Synchronization

/// A way to the database over TCP that can be made to lose everything without a word.
///
/// Connections that are swallowed look healthy to both sides: they stay open, what is sent is taken,
/// and nothing ever arrives. That is what a firewall does that forgets a connection.
public final class DatabaseProxy: Sendable {
    /// The database, through this proxy.
    public let target: ConnectionTarget

    private struct State {
        var isStopped = false
        /// Connections that were accepted.
        var accepted = 0
        /// Of those, how many are swallowed: the first ones.
        var swallowed = 0
    }

    private let state = Mutex(State())
    private let listener: Int32
    private let serverSocket: String

    /// - Parameter database: a server that is reached by a Unix socket.
    public init(to database: ConnectionTarget) throws {
        serverSocket = (database.settings["host"] ?? "") + "/.s.PGSQL.5432"
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else {
            throw HTTPClient.Failure(description: "proxy: \(String(cString: strerror(errno)))")
        }
        self.listener = listener
        var target = database
        target.settings["host"] = "127.0.0.1"
        target.settings["port"] = String(UInt16(bigEndian: address.sin_port))
        self.target = target
        Thread.detachNewThread { [self] in run() }
    }

    /// From now on nothing passes through the connections that exist; new ones are forwarded.
    public func swallow() { state.withLock { $0.swallowed = $0.accepted } }

    /// Closes everything.
    public func stop() { state.withLock { $0.isStopped = true } }

    private struct Pair {
        var number: Int
        var client: Int32
        var server: Int32
    }

    private func run() {
        var pairs: [Pair] = []
        while !state.withLock({ $0.isStopped }) {
            var polls = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            for pair in pairs {
                polls.append(pollfd(fd: pair.client, events: Int16(POLLIN), revents: 0))
                polls.append(pollfd(fd: pair.server, events: Int16(POLLIN), revents: 0))
            }
            guard poll(&polls, nfds_t(polls.count), 100) > 0 else { continue }
            let swallowed = state.withLock { $0.swallowed }
            var ended: Set<Int> = []
            for (index, pair) in pairs.enumerated() {
                let isSwallowed = pair.number < swallowed
                for (side, from, to) in [
                    (1, pair.client, pair.server), (2, pair.server, pair.client),
                ]
                where polls[index * 2 + side].revents != 0 {
                    if !Self.pass(from: from, to: isSwallowed ? nil : to) { ended.insert(index) }
                }
            }
            for index in ended.sorted().reversed() {
                close(pairs[index].client)
                close(pairs[index].server)
                pairs.remove(at: index)
            }
            if polls[0].revents != 0, let pair = accept() { pairs.append(pair) }
        }
        for pair in pairs {
            close(pair.client)
            close(pair.server)
        }
        close(listener)
    }

    private func accept() -> Pair? {
        let client = Glibc.accept(listener, nil, nil)
        guard client >= 0 else { return nil }
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: serverSocket.utf8) }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isConnected else {
            close(client)
            close(server)
            return nil
        }
        let number = state.withLock { state in
            defer { state.accepted += 1 }
            return state.accepted
        }
        return Pair(number: number, client: client, server: server)
    }

    /// - Returns: false when either side is closed.
    private static func pass(from: Int32, to: Int32?) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(from, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        guard let to else { return true }
        var sent = 0
        while sent < count {
            let written = buffer[sent..<count].withUnsafeBytes {
                send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard written > 0 else { return false }
            sent += written
        }
        return true
    }
}
