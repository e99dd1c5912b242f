import CLinux
import Glibc

/// The peer's one thread: sockets by epoll, and a wheel of times.
final class PeerServer {
    let port: UInt16
    private let listener: Int32
    private let poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private var connections: [Int32: PeerConnection] = [:]
    private var wheel = PeerWheel()
    private var statistics = PeerStatistics()
    private var cache = PeerCache()

    /// What may wait to be sent to one client.
    private static let outputLimit = 128 << 10
    /// The bytes collected before sending, when an answer has no pauses.
    private static let segment = 16 << 10

    init?(port: UInt16) {
        listener = socket(
            AF_INET,
            Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 4096) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { return nil }
        self.port = UInt16(bigEndian: address.sin_port)
        watch(listener)
        // A pipe or a socket that is closed when the parent process ends.
        var status = stat()
        if fstat(0, &status) == 0, [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT) {
            watch(0)
        }
    }

    private func watch(_ descriptor: Int32) {
        var event = epoll_event(
            events: EPOLLIN.rawValue | EPOLLRDHUP.rawValue, data: epoll_data(fd: descriptor))
        epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)
    }

    func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while true {
            let count = epoll_wait(poll, &events, 256, wheel.isEmpty ? -1 : 1)
            for event in events.prefix(max(0, Int(count))) {
                let descriptor = event.data.fd
                if descriptor == listener {
                    accept()
                } else if descriptor == 0 {
                    var byte: UInt8 = 0
                    if read(0, &byte, 1) <= 0 { return }
                } else if let connection = connections[descriptor] {
                    serve(connection, event.events)
                }
            }
            for connection in wheel.advance(to: now()) where !connection.isClosed {
                connection.due = nil
                goOn(connection)
            }
        }
    }

    private func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            var yes: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
            statistics.connections += 1
            connections[descriptor] = PeerConnection(descriptor)
            watch(descriptor)
        }
    }

    private func serve(_ connection: PeerConnection, _ events: UInt32) {
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue | EPOLLRDHUP.rawValue)
            != 0
        {
            guard connection.receive() else { return drop(connection) }
            readRequests(connection)
        }
        if !connection.isClosed, events & EPOLLOUT.rawValue != 0 { goOn(connection) }
    }

    /// The client is gone, or is to be.
    private func drop(_ connection: PeerConnection, resets: Bool = false, wasCancelled: Bool = true)
    {
        guard !connection.isClosed else { return }
        end(connection, wasCancelled: wasCancelled)
        connections[connection.descriptor] = nil
        connection.close(resets: resets)
    }

    private func end(_ connection: PeerConnection, wasCancelled: Bool) {
        if let model = connection.model { statistics.ended(model, wasCancelled: wasCancelled) }
        connection.model = nil
        connection.answer = nil
    }

    // MARK: Requests

    private func readRequests(_ connection: PeerConnection) {
        while !connection.isClosed, connection.model == nil, !connection.hasOutput {
            switch PeerRequest.read(connection.input) {
            case .incomplete: return
            case .malformed: return drop(connection)
            case .complete(let request, let length):
                connection.input.removeFirst(length)
                answer(request, on: connection)
            }
        }
    }

    private func answer(_ request: PeerRequest, on connection: PeerConnection) {
        if request.path == "/stats" { return reply(connection, 200, statistics.text) }
        guard request.method == "POST",
            let (interface, isEmbedding) = PeerInterface.of(request.path)
        else { return reply(connection, 404, #"{"error":"not found"}"#) }
        guard let question = PeerQuestion(request.body, interface: interface) else {
            return reply(connection, 400, interface.failureBody("the request is not understood"))
        }
        let earlier = statistics.began(question.model)
        connection.model = question.model
        let name =
            question.model.hasPrefix("asked") ? question.wish ?? "fast-3" : question.model
        if let behavior = PeerBehavior(model: name, earlier: earlier) {
            open(connection, request, question, interface, behavior, isEmbedding: isEmbedding)
        } else if isEmbedding {
            // Too many texts take it for ever.
            if question.inputs.count > PeerEmbedding.mostTexts(of: question.model) { return }
            reply(connection, 200, PeerEmbedding.answer(to: question, interface))
        } else {
            reply(
                connection, 404, interface.failureBody("model '\(question.model)' not found"))
        }
    }

    private func open(
        _ connection: PeerConnection, _ request: PeerRequest, _ question: PeerQuestion,
        _ interface: PeerInterface, _ behavior: PeerBehavior, isEmbedding: Bool
    ) {
        switch behavior.opening {
        case .refuse: return drop(connection, resets: true, wasCancelled: false)
        case .hang: return
        case .status(let status, let pause):
            return reply(
                connection, status, interface.failureBody("the status is \(status)"),
                fields: pause.map { "Retry-After: \($0)\r\n" } ?? "")
        case .checkKey where request.key?.hasPrefix("peer-key") != true:
            return reply(
                connection, 401,
                interface.failureBody("Incorrect API key provided: \(request.key ?? "none")"))
        case .quoteKey:
            return reply(
                connection, 500,
                interface.failureBody("no worker for \(request.key ?? "nobody") is free"))
        case .redirect:
            return reply(
                connection, 307, "", fields: "Location: http://127.0.0.1:\(port)/stats\r\n")
        case .trickle:
            connection.write(
                Array("HTTP/1.1 200 OK\r\nX-Slow: \(String(repeating: "a", count: 4096))".utf8))
            return goOn(connection)
        case .answer, .checkKey: break
        }
        if isEmbedding {
            return reply(connection, 200, PeerEmbedding.answer(to: question, interface))
        }
        guard question.isStreamed else {
            let words = (0..<min(behavior.count, 1000)).map(PeerAnswer.word).joined()
            return reply(
                connection, 200,
                interface.whole(
                    behavior.source == .echo ? question.transcript : words, model: question.model,
                    inputTokens: question.inputTokens, outputTokens: behavior.count))
        }
        let answer = PeerAnswer(question, request, interface, behavior)
        connection.answer = answer
        if behavior.delay > 0 {
            connection.isUntouched = true
            wait(connection, behavior.delay)
        } else {
            connection.write(answer.head())
            goOn(connection)
        }
    }

    private func reply(
        _ connection: PeerConnection, _ status: Int, _ body: String, fields: String = ""
    ) {
        end(connection, wasCancelled: false)
        connection.write(
            Array(
                ("HTTP/1.1 \(status) Status\r\nContent-Type: application/json\r\n\(fields)"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8))
        if !connection.flush(portion: 0, poll: poll) { drop(connection) }
    }

    // MARK: Answers

    private func wait(_ connection: PeerConnection, _ milliseconds: Int) {
        let due = now() + max(1, milliseconds)
        connection.due = due
        wheel.add(connection, at: due)
    }

    /// Sends what can be sent now.
    private func goOn(_ connection: PeerConnection) {
        guard !connection.isClosed, connection.due == nil else { return }
        guard connection.answer != nil else {
            // A reply on its way, or a head that trickles.
            let isTrickling = connection.model != nil
            guard connection.flush(portion: isTrickling ? 1 : 0, poll: poll) else {
                return drop(connection)
            }
            if isTrickling, connection.hasOutput { return wait(connection, 100) }
            return readRequests(connection)
        }
        while let answer = connection.answer {
            let portion = answer.behavior.portion
            // Pieces without a pause are sent together.
            if portion > 0 || connection.unsent >= Self.segment {
                guard connection.flush(portion: portion, poll: poll) else {
                    return drop(connection)
                }
            }
            if portion > 0, connection.hasOutput { return wait(connection, 1) }
            // The client is slow, and its socket will say when it has room.
            if connection.unsent > Self.outputLimit { return }
            if answer.behavior.delay > 0, connection.isUntouched {
                connection.isUntouched = false
                connection.write(answer.head())
            }
            guard step(connection) else { return }
        }
        readRequests(connection)
    }

    /// - Returns: false when nothing more is to be sent now.
    private func step(_ connection: PeerConnection) -> Bool {
        switch connection.answer?.next(cache: &cache) {
        case .send(let bytes, let pause):
            connection.write(bytes)
            guard pause > 0 else { return true }
            guard connection.flush(portion: 0, poll: poll) else {
                drop(connection)
                return false
            }
            wait(connection, pause)
            return false
        case .silence, nil:
            if !connection.flush(portion: 0, poll: poll) { drop(connection) }
            return false
        case .end(closes: false):
            guard connection.flush(portion: 0, poll: poll) else {
                drop(connection)
                return false
            }
            end(connection, wasCancelled: false)
            return true
        case .end(closes: true):
            _ = connection.flush(portion: 0, poll: poll)
            drop(connection, wasCancelled: false)
            return false
        }
    }
}
