import CCurl
import Synchronization
import System

/// One running request: the client's thread fills it, one reader empties it.
final class Transfer: Sendable {
    enum Ending {
        case complete
        case failed(ClientError)
    }

    private struct State {
        var head: ResponseHead?
        /// The bytes that the reader has not taken yet.
        var buffer: [UInt8] = []
        var received = 0
        /// Whether the rest is not read; the transfer then ends by `deadline`.
        var isReleased = false
        /// Whether the buffer is full, so that libcurl pauses receiving.
        var isPaused = false
        var ending: Ending?
        var reader: UnsafeContinuation<Void, Never>?
        /// The end of the reader's wait, by `monotonicMilliseconds`.
        var deadline = Int.max

        mutating func takeReader() -> UnsafeContinuation<Void, Never>? {
            defer { reader = nil }
            return reader
        }
    }

    /// The request without its body.
    let request: ClientRequest
    /// `host:port`, for errors.
    let server: String
    /// The deadline of the complete transfer.
    let lastMoment: Int
    private let headMoment: Int
    private let engine: TransferEngine
    private let state = Mutex(State())

    // Not checked by the compiler: only the client's thread uses it.
    nonisolated(unsafe) var handle: UnsafeMutableRawPointer?
    nonisolated(unsafe) var fieldList: UnsafeMutablePointer<curl_slist>?
    /// The request's body until libcurl has copied it, because the response may take minutes.
    nonisolated(unsafe) var body: [UInt8]
    private nonisolated(unsafe) var head = ResponseHead()

    init(_ request: ClientRequest, engine: TransferEngine) throws(ClientError) {
        server = try request.checkedServer()
        var request = request
        body = request.body
        request.body = []
        self.request = request
        self.engine = engine
        let now = monotonicMilliseconds()
        lastMoment = now + request.totalTimeout
        headMoment = now + request.headTimeout
    }

    // MARK: The reader

    func head() async throws(ClientError) -> ResponseHead {
        while true {
            let (head, ending) = state.withLock { ($0.head, $0.ending) }
            if let head { return head }
            switch ending {
            case .failed(let error): throw error
            case .complete: throw ClientError(.malformed, "\(server) sent no head of an answer")
            case nil: await waitForNews(before: headMoment, orHead: true)
            }
        }
    }

    func nextBytes(before deadline: Int?) async throws(ClientError) -> [UInt8]? {
        var bytes: [UInt8] = []
        return try await read(into: &bytes, before: deadline) ? bytes : nil
    }

    func read(
        into bytes: inout [UInt8], before deadline: Int?
    ) async throws(ClientError) -> Bool {
        // A large buffer is not kept for the rest of the stream.
        if bytes.capacity > 4096 { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
        while true {
            switch take(&bytes) {
            case .bytes: return true
            case .pausedBytes:
                goOn()
                return true
            case .end(.complete): return false
            case .end(.failed(let error)): throw error
            case .nothing:
                await waitForNews(
                    before: deadline ?? monotonicMilliseconds() + request.stallTimeout)
            }
        }
    }

    private enum Taken {
        case bytes, pausedBytes, nothing
        case end(Ending)
    }

    private func take(_ bytes: inout [UInt8]) -> Taken {
        state.withLock { state in
            if !state.buffer.isEmpty {
                swap(&state.buffer, &bytes)
                defer { state.isPaused = false }
                return state.isPaused ? .pausedBytes : .bytes
            }
            return state.ending.map { .end($0) } ?? .nothing
        }
    }

    private func waitForNews(before deadline: Int, orHead: Bool = false) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { reader in
                let hasNews = state.withLock { state in
                    if state.ending != nil || !state.buffer.isEmpty { return true }
                    if orHead, state.head != nil { return true }
                    state.reader = reader
                    state.deadline = deadline
                    return false
                }
                if hasNews { reader.resume() } else { engine.check(by: deadline) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Milliseconds that a released response may take to end.
    private static let releaseTime = 500

    /// Lets the response end without a reader, if it does so soon.
    func release() {
        let deadline = monotonicMilliseconds() + Self.releaseTime
        let (isRunning, wasPaused) = state.withLock { state in
            state.isReleased = true
            state.deadline = deadline
            defer { state.isPaused = false }
            return (state.ending == nil, state.isPaused)
        }
        if wasPaused { goOn() }
        if isRunning { engine.check(by: deadline) }
    }

    /// Ends the transfer when its last reader is gone.
    func abandon() {
        if !state.withLock({ $0.isReleased }) { cancel() }
    }

    /// Closes the connection, unless the response has ended.
    func cancel() {
        let (isRunning, reader) = state.withLock {
            state -> (Bool, UnsafeContinuation<Void, Never>?) in
            guard state.ending == nil else { return (false, nil) }
            state.ending = .failed(
                ClientError(.cancelled, "the answer of \(server) is not wanted any more"))
            state.buffer = []
            return (true, state.takeReader())
        }
        if isRunning { engine.loop.run(for: engine) { $0.remove(self) } }
        reader?.resume()
    }

    private func goOn() { engine.loop.run(for: engine) { $0.goOn(self) } }

    // MARK: The client's thread

    private func wake(_ reader: UnsafeContinuation<Void, Never>?) {
        if let reader { engine.assumeIsolated { $0.wake(reader) } }
    }

    var isEnded: Bool { state.withLock { $0.ending != nil } }

    /// Ends the transfer unless it has ended; returns the waiting reader.
    func finish(_ ending: Ending) -> UnsafeContinuation<Void, Never>? {
        state.withLock { state in
            if state.ending == nil { state.ending = ending }
            return state.takeReader()
        }
    }

    /// Ends the transfer when it has exceeded a deadline.
    ///
    /// - Returns: the time of the next check, the waiting reader, and whether the transfer has
    ///   ended.
    func check(at now: Int) -> (Int, UnsafeContinuation<Void, Never>?, Bool) {
        state.withLock { state in
            if state.ending != nil { return (.max, state.takeReader(), true) }
            let waitEnd = state.reader == nil && !state.isReleased ? Int.max : state.deadline
            guard min(lastMoment, waitEnd) <= now else {
                return (min(lastMoment, waitEnd), nil, false)
            }
            state.ending = .failed(timeout(hasHead: state.head != nil, isLast: lastMoment <= now))
            return (.max, state.takeReader(), true)
        }
    }

    private func timeout(hasHead: Bool, isLast: Bool) -> ClientError {
        if isLast {
            return ClientError(
                .totalTimeout, "\(server) was not done after \(request.totalTimeout) ms")
        }
        return hasHead
            ? ClientError(.stalled, "\(server) sends nothing more")
            : ClientError(.headTimeout, "\(server) does not answer")
    }

    /// Receives one line of the head.
    ///
    /// - Returns: false to end the transfer.
    func receive(line: UnsafeRawBufferPointer) -> Bool {
        let wasComplete = head.isComplete
        do {
            try head.take(line: line, limit: engine.limits.headBytes)
        } catch {
            let ending: Ending = .failed(
                error == .tooLarge
                    ? ClientError(.tooLarge, "the head of \(server)'s answer is too long")
                    : ClientError(.malformed, "\(server) does not speak HTTP"))
            wake(finish(ending))
            return false
        }
        guard head.isComplete, !wasComplete else { return true }
        let head = head
        let (isWanted, reader) = state.withLock { state in
            state.head = head
            return (state.ending == nil, state.takeReader())
        }
        wake(reader)
        return isWanted
    }

    /// The outcome of `receive(body:)`.
    enum Reception {
        case taken, refused
        /// Not taken; offered again after `goOn`.
        case held
    }

    func receive(body bytes: UnsafeRawBufferPointer) -> Reception {
        let (reception, reader) = state.withLock {
            state -> (Reception, UnsafeContinuation<Void, Never>?) in
            guard state.ending == nil else { return (.refused, nil) }
            if state.isReleased { return (.taken, nil) }
            if state.buffer.count >= engine.limits.bufferBytes {
                state.isPaused = true
                return (.held, nil)
            }
            state.received += bytes.count
            guard state.received <= request.bodyLimit else {
                state.ending = .failed(
                    ClientError(
                        .tooLarge, "\(server) sent more than \(request.bodyLimit) bytes"))
                return (.refused, state.takeReader())
            }
            state.buffer.append(contentsOf: bytes)
            return (.taken, state.takeReader())
        }
        wake(reader)
        return reception
    }
}
