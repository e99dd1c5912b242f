import CCurl
import Synchronization
import System

/// Runs libcurl's multi interface on an event loop.
actor TransferEngine {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    nonisolated let limits: WebClient.Limits
    /// nil after `stop`.
    private var multi: UnsafeMutableRawPointer?
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    /// The transfers that were begun and have not ended.
    private nonisolated let count = Atomic(0)
    private var sockets: [Int32: EventLoop.Registration] = [:]
    /// Fires when libcurl wants to be called without an event.
    private var timer: EventLoop.Timer?
    /// The earliest time at which a transfer may have exceeded a deadline.
    private nonisolated let nextCheck = Atomic<Int>(.max)
    private var checkTimer: EventLoop.Timer?
    /// Readers to resume after libcurl has handled an event.
    private var readers: [UnsafeContinuation<Void, Never>] = []

    /// libcurl must be initialised once per process.
    private static let isReady = curl_global_init(robbieblocks_curl_global) == CURLE_OK

    init(_ limits: WebClient.Limits, loop: EventLoop) {
        self.limits = limits
        self.loop = loop
        multi = Self.isReady ? curl_multi_init() : nil
    }

    func start() {
        guard let multi else { return }
        robbieblocks_curl_multi_set_number(multi, CURLMOPT_MAXCONNECTS, limits.idleConnections)
        robbieblocks_curl_set_watcher(
            multi, socketWanted, timerWanted, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Fails all transfers and closes all connections.
    func stop() {
        for transfer in Array(transfers.values) {
            end(transfer, .failed(ClientError(.unavailable, "the client was closed")))
        }
        wakeReaders()
        // Closes the idle connections, too, and calls back for each of them.
        curl_multi_cleanup(multi)
        multi = nil
        for registration in sockets.values { loop.unwatch(registration) }
        sockets = [:]
        for timer in [timer, checkTimer] { if let timer { loop.cancel(timer) } }
    }

    /// Begins a transfer. May be called from any thread.
    nonisolated func begin(_ transfer: Transfer) throws(ClientError) {
        let running = count.wrappingAdd(1, ordering: .relaxed).newValue
        guard running <= limits.transfers else {
            count.wrappingSubtract(1, ordering: .relaxed)
            throw ClientError(
                .unavailable, "\(limits.transfers) requests are under way, as many as may be")
        }
        loop.run(for: self) { $0.add(transfer) }
    }

    private func add(_ transfer: Transfer) {
        // Cancelled meanwhile.
        if transfer.isEnded {
            count.wrappingSubtract(1, ordering: .relaxed)
            return
        }
        guard let multi, let handle = transfer.makeHandle() else {
            count.wrappingSubtract(1, ordering: .relaxed)
            transfer.finish(.failed(transfer.error(for: CURLE_OUT_OF_MEMORY)))?.resume()
            return
        }
        transfers[handle] = transfer
        if curl_multi_add_handle(multi, handle) != CURLM_OK {
            end(transfer, .failed(transfer.error(for: CURLE_OUT_OF_MEMORY)))
        }
        check(by: transfer.lastMoment)
        wakeReaders()
    }

    private func end(_ transfer: Transfer, _ ending: Transfer.Ending) {
        wake(transfer.finish(ending))
        remove(transfer)
    }

    /// Removes a transfer from libcurl, which closes its connection unless the response is
    /// complete.
    func remove(_ transfer: Transfer) {
        guard let handle = transfer.handle else { return }
        transfers[handle] = nil
        curl_multi_remove_handle(multi, handle)
        transfer.closeHandle()
        count.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Continues receiving, because the reader has emptied the buffer.
    func goOn(_ transfer: Transfer) {
        guard let handle = transfer.handle else { return }
        curl_easy_pause(handle, robbieblocks_curl_continue)
        takeResults()
    }

    // MARK: Events

    private func act(on socket: curl_socket_t, _ mask: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, mask, &running)
        takeResults()
    }

    private func takeResults() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE,
                let transfer = transfers[message.pointee.easy_handle]
            else { continue }
            let code = robbieblocks_curl_result(message)
            end(
                transfer,
                code == CURLE_OK ? .complete : .failed(transfer.error(for: code)))
        }
        wakeReaders()
    }

    func wake(_ reader: UnsafeContinuation<Void, Never>?) {
        if let reader { readers.append(reader) }
    }

    private func wakeReaders() {
        for reader in readers { reader.resume() }
        readers.removeAll(keepingCapacity: true)
    }

    fileprivate func watch(_ socket: Int32, _ what: Int32) {
        guard what != CURL_POLL_REMOVE else {
            if let registration = sockets.removeValue(forKey: socket) { loop.unwatch(registration) }
            return
        }
        var interest: EventLoop.Interest = []
        if what & CURL_POLL_IN != 0 { interest.insert(.input) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.room) }
        if let registration = sockets[socket] { return loop.change(registration, interest) }
        sockets[socket] = loop.watch(socket, interest) { [self] event in
            var mask: Int32 = 0
            if event.isInput { mask |= CURL_CSELECT_IN }
            if event.isRoom { mask |= CURL_CSELECT_OUT }
            if event.isEnd { mask |= CURL_CSELECT_ERR }
            act(on: socket, mask)
        }
    }

    fileprivate func setTimer(milliseconds: Int) {
        if let timer { loop.cancel(timer) }
        timer = nil
        guard milliseconds >= 0 else { return }
        // Before the next wait: libcurl wants this for each new transfer.
        if milliseconds == 0 {
            return loop.run(for: self) { $0.act(on: robbieblocks_curl_timeout, 0) }
        }
        timer = loop.schedule(after: milliseconds) { [self] in
            timer = nil
            act(on: robbieblocks_curl_timeout, 0)
        }
    }

    // MARK: Deadlines

    /// Ensures that deadlines are checked by `time`. May be called from any thread.
    nonisolated func check(by time: Int) {
        var known = nextCheck.load(ordering: .sequentiallyConsistent)
        while time < known {
            let (isDone, current) = nextCheck.compareExchange(
                expected: known, desired: time, ordering: .sequentiallyConsistent)
            if isDone { return loop.run(for: self) { $0.setCheckTimer() } }
            known = current
        }
    }

    private func setCheckTimer() {
        if let checkTimer { loop.cancel(checkTimer) }
        checkTimer = nil
        let time = nextCheck.load(ordering: .sequentiallyConsistent)
        guard time < .max, multi != nil else { return }
        checkTimer = loop.schedule(after: time - monotonicMilliseconds()) { [self] in
            checkTimer = nil
            checkDeadlines(at: monotonicMilliseconds())
        }
    }

    private func checkDeadlines(at now: Int) {
        // Each wait that begins from now on asks for its own check.
        nextCheck.store(.max, ordering: .sequentiallyConsistent)
        var next = Int.max
        for transfer in Array(transfers.values) {
            let (deadline, reader, isEnded) = transfer.check(at: now)
            next = min(next, deadline)
            wake(reader)
            if isEnded { remove(transfer) }
        }
        check(by: next)
        wakeReaders()
    }
}

/// Calls the engine, on whose loop libcurl runs.
private func call(
    _ engine: UnsafeMutableRawPointer?, _ body: @Sendable (isolated TransferEngine) -> Void
) -> Int32 {
    if let engine {
        Unmanaged<TransferEngine>.fromOpaque(engine).takeUnretainedValue().assumeIsolated(body)
    }
    return 0
}

/// The callback by which libcurl asks to watch a socket.
private func socketWanted(
    _ handle: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32,
    _ engine: UnsafeMutableRawPointer?, _ known: UnsafeMutableRawPointer?
) -> Int32 {
    call(engine) { $0.watch(socket, what) }
}

private func timerWanted(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ engine: UnsafeMutableRawPointer?
) -> Int32 {
    call(engine) { $0.setTimer(milliseconds: milliseconds) }
}
