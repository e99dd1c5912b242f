import Foundation
public import System

/// Waits until something is so; the limit is for what goes wrong, not for what takes its time.
///
/// - Parameters:
///   - what: what is waited for, as the end of "it is not so that".
///   - interval: the pause between two looks.
/// - Throws: naming what never became true.
public func waitUntil(
    _ what: String, seconds: Int = 30, every interval: Duration = .milliseconds(5),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = monotonicMilliseconds() + seconds * 1000
    while true {
        if try await condition() { return }
        guard monotonicMilliseconds() < deadline else { throw neverTrue(what, seconds) }
        try await Task.sleep(for: interval)
    }
}

/// Blocks a thread of the test's own until something is so, as `waitUntil` does with a task.
public func blockUntil(
    _ what: String, seconds: Int = 30, _ condition: () throws -> Bool
) throws {
    let deadline = monotonicMilliseconds() + seconds * 1000
    while try !condition() {
        guard monotonicMilliseconds() < deadline else { throw neverTrue(what, seconds) }
        usleep(1000)
    }
}

private func neverTrue(_ what: String, _ seconds: Int) -> RunningProgram.Failure {
    RunningProgram.Failure(description: "after \(seconds) s it is not so that \(what)")
}

extension ChildProcess {
    /// Sends a signal, SIGTERM by default, and waits until the process has ended; kills it when it has
    /// not in time.
    ///
    /// - Returns: how it ended.
    @discardableResult
    public func end(_ signal: Int32? = nil, within seconds: Int = 5) -> Ending {
        send(signal: signal ?? SIGTERM)
        awaitEnd(milliseconds: seconds * 1000)
        // Nothing happens to a process that has ended and is not waited for yet.
        send(signal: SIGKILL)
        return wait()
    }

    /// Whether it has ended by itself; it stays in the process table.
    public var hasEnded: Bool {
        var status = siginfo_t()
        return waitid(P_PID, id_t(identifier), &status, WEXITED | WNOHANG | WNOWAIT) == 0
            && status.si_signo == SIGCHLD
    }
}
