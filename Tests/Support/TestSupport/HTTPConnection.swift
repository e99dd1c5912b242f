import Foundation

/// One TCP connection that blocks; call it from `HTTPClient.onThread`.
public final class HTTPConnection {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// - Parameters:
    ///   - source: the address to connect from, such as another one of loopback.
    ///   - sendBuffer: bytes that the system holds of what was written, instead of up to megabytes.
    public init(to client: HTTPClient, from source: String? = nil, sendBuffer: Int32? = nil) throws
    {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw HTTPClient.Failure(description: "no socket left") }
        var limit = timeval(tv_sec: client.timeout, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        if var sendBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &sendBuffer, 4)
        }
        if let source {
            var local = sockaddr_in()
            local.sin_family = sa_family_t(AF_INET)
            guard inet_pton(AF_INET, source, &local.sin_addr) == 1 else {
                throw HTTPClient.Failure(description: "'\(source)' is not an IPv4 address")
            }
            let status = withUnsafeBytes(of: &local) { bytes in
                bytes.baseAddress.map {
                    bind(descriptor, $0.assumingMemoryBound(to: sockaddr.self), UInt32(bytes.count))
                }
            }
            guard status == 0 else { throw Self.failure("bind") }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(client.port).bigEndian
        guard inet_pton(AF_INET, client.host, &address.sin_addr) == 1 else {
            throw HTTPClient.Failure(description: "'\(client.host)' is not an IPv4 address")
        }
        let status = withUnsafeBytes(of: &address) { bytes in
            bytes.baseAddress.map {
                connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), UInt32(bytes.count))
            }
        }
        guard status == 0 else { throw Self.failure("connect") }
    }

    deinit { close(descriptor) }

    public func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Self.failure("write") }
            rest = rest.dropFirst(count)
        }
    }

    public func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Reads the available bytes, at most `count`; empty when the server has closed the connection.
    public func readSome(_ count: Int = 64 << 10) throws -> [UInt8] {
        if !received.isEmpty {
            defer { received.removeFirst(min(count, received.count)) }
            return Array(received.prefix(count))
        }
        var buffer = [UInt8](repeating: 0, count: count)
        let read = recv(descriptor, &buffer, count, 0)
        guard read >= 0 else { throw Self.failure("read") }
        return Array(buffer.prefix(read))
    }

    /// Everything until the server closes; a connection it resets counts as closed.
    public func readToEnd() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            do {
                let some = try readSome()
                if some.isEmpty { return all }
                all += some
            } catch let failure as HTTPClient.Failure where failure.description.contains("reset") {
                return all
            }
        }
    }

    /// Reads one answer and leaves what follows it.
    ///
    /// - Parameter method: of the request, since the answer to HEAD has no body.
    public func readAnswer(to method: String = "GET") throws -> HTTPAnswer {
        let bare = try readHead()
        if method == "HEAD" || bare.status == 304 || bare.status == 204 { return bare }
        return HTTPAnswer(status: bare.status, fields: bare.fields, body: try readBody(of: bare))
    }

    /// Reads the start of an answer, and leaves its body and what follows it.
    public func readHead() throws -> HTTPAnswer {
        let head = try String(decoding: read(through: [13, 10, 13, 10]), as: UTF8.self)
        var lines = head.components(separatedBy: "\r\n").dropLast(2)
        let words = lines.popFirst()?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw HTTPClient.Failure(description: "not an HTTP answer: \(head)")
        }
        let fields = lines.compactMap { line -> HTTPAnswer.Field? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return HTTPAnswer.Field(
                name: line[..<colon].lowercased(),
                value: line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        return HTTPAnswer(status: status, fields: fields, body: [])
    }

    private func readBody(of answer: HTTPAnswer) throws -> [UInt8] {
        if answer["transfer-encoding"] == "chunked" {
            var body: [UInt8] = []
            while true {
                let line = try String(decoding: read(through: [13, 10]).dropLast(2), as: UTF8.self)
                guard let size = Int(line, radix: 16) else {
                    throw HTTPClient.Failure(description: "not a chunk: \(line)")
                }
                body += try read(size + 2).dropLast(2)
                if size == 0 { return body }
            }
        }
        guard let length = answer["content-length"].flatMap({ Int($0) }) else {
            return try readToEnd()
        }
        return try read(length)
    }

    private func read(_ count: Int) throws -> [UInt8] {
        while received.count < count { try receive() }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }

    private func read(through mark: [UInt8]) throws -> [UInt8] {
        while true {
            if received.count >= mark.count {
                for start in 0...(received.count - mark.count)
                where received[start..<(start + mark.count)].elementsEqual(mark) {
                    return try read(start + mark.count)
                }
            }
            try receive()
        }
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            throw count == 0
                ? HTTPClient.Failure(description: "the server closed the connection early")
                : Self.failure("read")
        }
        received += buffer.prefix(count)
    }

    private static func failure(_ call: String) -> HTTPClient.Failure {
        HTTPClient.Failure(description: "\(call): \(String(cString: strerror(errno)))")
    }
}
