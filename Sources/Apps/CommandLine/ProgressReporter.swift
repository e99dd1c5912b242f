import Synchronization

/// A ``ProgressLine`` to which any task may report, and which updates itself during long phases.
public final class ProgressReporter: Sendable {
    fileprivate struct State {
        var line: ProgressLine
        var ticker: Task<Void, Never>?
    }

    private let terminal: Terminal
    private let state: Mutex<State>

    /// - Parameters:
    ///   - terminal: standard error, so that standard output can be piped.
    ///   - isSilent: for `--json`.
    ///   - delay: work that ends within this time is not shown.
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

    /// Updates the elapsed time while there is no other news.
    private func ticker() -> Task<Void, Never> {
        Task.detached { [weak self] in
            while (try? await Task.sleep(for: .milliseconds(500))) != nil {
                // The phase may have ended while this task slept.
                self?.print { Task.isCancelled ? "" : $0.line.tick(at: .now) }
            }
        }
    }

    /// Printing within the lock keeps the order in which tasks reported.
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
