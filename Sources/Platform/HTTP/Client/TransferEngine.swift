import CCurl
import System

/// Runs libcurl's multi interface over epoll, on the client's thread.
final class TransferEngine {
    private let loop: TransferLoop
    private let poll: EventPoll
    private let multi: UnsafeMutableRawPointer?
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    /// The time at which libcurl wants to be called without an event.
    private var timer = Int.max
    /// Readers to resume after the current events have been handled.
    private var readers: [UnsafeContinuation<Void, Never>] = []

    /// libcurl must be initialised once per process.
    private static let isReady = curl_global_init(robbieblocks_curl_global) == CURLE_OK

    init(_ loop: TransferLoop, _ poll: EventPoll) {
        self.loop = loop
        self.poll = poll
        multi = Self.isReady ? curl_multi_init() : nil
    }

    func run() {
        if let multi {
            robbieblocks_curl_multi_set_number(
                multi, CURLMOPT_MAXCONNECTS, loop.limits.idleConnections)
            robbieblocks_curl_set_watcher(
                multi, socketWanted, timerWanted, Unmanaged.passUnretained(self).toOpaque())
        }
        while step() {}
        loop.close()
        _ = obey()
        for transfer in Array(transfers.values) {
            end(transfer, .failed(ClientError(.unavailable, "the client was closed")))
        }
        wakeReaders()
        curl_multi_cleanup(multi)
    }

    /// - Returns: false when the client was closed.
    private func step() -> Bool {
        let now = monotonicMilliseconds()
        let sleep = max(0, min(timer, loop.checkTime, now + 60_000) - now)
        var running: Int32 = 0
        let wasRung = poll.wait(milliseconds: sleep) { event in
            var mask: Int32 = 0
            if event.isInput { mask |= CURL_CSELECT_IN }
            if event.isRoom { mask |= CURL_CSELECT_OUT }
            if event.isEnd { mask |= CURL_CSELECT_ERR }
            curl_multi_socket_action(multi, curl_socket_t(event.number), mask, &running)
        }
        let isOpen = !wasRung || obey()
        let end = monotonicMilliseconds()
        if timer <= end {
            timer = .max
            curl_multi_socket_action(multi, robbieblocks_curl_timeout, 0, &running)
        }
        takeResults()
        if loop.checkTime <= end { checkDeadlines(at: end) }
        wakeReaders()
        return isOpen
    }

    /// Executes the commands of other threads.
    ///
    /// - Returns: false when the client was closed.
    private func obey() -> Bool {
        var isOpen = true
        for command in loop.takeCommands() {
            switch command {
            case .add(let transfer): add(transfer)
            case .remove(let transfer): remove(transfer)
            case .goOn(let transfer):
                if let handle = transfer.handle {
                    curl_easy_pause(handle, robbieblocks_curl_continue)
                }
            case .stop: isOpen = false
            }
        }
        return isOpen
    }

    private func add(_ transfer: Transfer) {
        if transfer.isEnded { return loop.ended(transfer) }
        guard let multi, let handle = transfer.makeHandle(for: self) else {
            loop.ended(transfer)
            return wake(transfer.finish(.failed(transfer.error(for: CURLE_OUT_OF_MEMORY))))
        }
        transfers[handle] = transfer
        let code = curl_multi_add_handle(multi, handle)
        if code != CURLM_OK {
            end(transfer, .failed(transfer.error(for: CURLE_OUT_OF_MEMORY)))
        }
        loop.check(by: transfer.lastMoment)
    }

    private func end(_ transfer: Transfer, _ ending: Transfer.Ending) {
        wake(transfer.finish(ending))
        remove(transfer)
    }

    /// Removes a transfer from libcurl, which closes its connection unless the response is
    /// complete.
    private func remove(_ transfer: Transfer) {
        guard let handle = transfer.handle else { return }
        transfers[handle] = nil
        curl_multi_remove_handle(multi, handle)
        transfer.closeHandle()
        loop.ended(transfer)
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
    }

    private func checkDeadlines(at now: Int) {
        loop.beginCheck()
        var next = Int.max
        for transfer in Array(transfers.values) {
            let (deadline, reader, isEnded) = transfer.check(at: now)
            next = min(next, deadline)
            wake(reader)
            if isEnded { remove(transfer) }
        }
        loop.check(by: next)
    }

    func wake(_ reader: UnsafeContinuation<Void, Never>?) {
        if let reader { readers.append(reader) }
    }

    private func wakeReaders() {
        for reader in readers { reader.resume() }
        readers.removeAll(keepingCapacity: true)
    }

    fileprivate func watch(_ descriptor: Int32, _ what: Int32, isNew: Bool) {
        guard what != CURL_POLL_REMOVE else { return poll.remove(descriptor) }
        var interest: EventPoll.Interest = []
        if what & CURL_POLL_IN != 0 { interest.insert(.input) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.room) }
        let number = UInt64(descriptor)
        if isNew {
            curl_multi_assign(multi, descriptor, Unmanaged.passUnretained(self).toOpaque())
            poll.add(descriptor, interest, number: number)
        } else {
            poll.change(descriptor, interest, number: number)
        }
    }

    fileprivate func setTimer(milliseconds: Int) {
        timer = milliseconds < 0 ? .max : monotonicMilliseconds() + milliseconds
    }
}

/// The callback by which libcurl asks to watch a socket; `known` is set once it is watched.
private func socketWanted(
    _ handle: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32,
    _ engine: UnsafeMutableRawPointer?, _ known: UnsafeMutableRawPointer?
) -> Int32 {
    guard let engine else { return 0 }
    Unmanaged<TransferEngine>.fromOpaque(engine).takeUnretainedValue()
        .watch(socket, what, isNew: known == nil)
    return 0
}

private func timerWanted(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ engine: UnsafeMutableRawPointer?
) -> Int32 {
    guard let engine else { return 0 }
    Unmanaged<TransferEngine>.fromOpaque(engine).takeUnretainedValue()
        .setTimer(milliseconds: milliseconds)
    return 0
}
