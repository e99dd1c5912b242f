import Synchronization

/// A ``ProgressLine`` that any task may report to, and that moves by itself while a phase takes long.
public final class ProgressReporter: Sendable {
    fileprivate struct State {
        var line: ProgressLine
        var ticker: Task<Void, Never>?
    }

    private let terminal: Terminal
    private let state: Mutex<State>

    /// - Parameters:
    ///   - terminal: standard error, so that output can be piped.
    ///   - isSilent: for `--json`.
    ///   - delay: what is done sooner is not shown at all.
    public init(terminal: Terminal, isSilent: Bool = false, delay: Duration = .zero) {
        self.terminal = terminal
        let mode: ProgressLine.Mode =
            isSilent ? .silent : terminal.isInteractive ? .rewritten : .plain
        state = Mutex(State(line: ProgressLine(mode: mode, delay: delay)))
    }

    deinit { state.withLock { $0.ticker?.cancel() } }

    public func update(_ phase: String, done: Int = 0, total: Int? = nil) {
        print { state in
            if state.line.mode != .silent, state.ticker == nil { state.ticker = ticker() }
            return state.line.update(phase, done: done, total: total, at: .now)
        }
    }

    public func finish(_ message: String) {
        print { state in
            state.end()
            return state.line.finish(message)
        }
    }

    /// Call before anything else is printed on the same terminal.
    public func clear() {
        print { state in
            state.end()
            return state.line.clear()
        }
    }

    /// Lets the line tell the time while there is nothing else to tell.
    private func ticker() -> Task<Void, Never> {
        Task.detached { [weak self] in
            while (try? await Task.sleep(for: .milliseconds(500))) != nil {
                // It may have ended while this one slept.
                self?.print { Task.isCancelled ? "" : $0.line.tick(at: .now) }
            }
        }
    }

    /// Printing inside the lock keeps the order that tasks reported in.
    private func print(_ text: (inout State) -> String) {
        state.withLock { state in
            let text = text(&state)
            if !text.isEmpty { terminal.write(text) }
        }
    }
}

extension ProgressReporter.State {
    fileprivate mutating func end() {
        ticker?.cancel()
        ticker = nil
    }
}
