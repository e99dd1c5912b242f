internal import Synchronization

/// A ``ProgressLine`` that any task may report to.
public final class ProgressReporter: Sendable {
    private let terminal: Terminal
    private let line: Mutex<ProgressLine>

    /// - Parameters:
    ///   - terminal: standard error, so that output can be piped.
    ///   - isSilent: for `--json`.
    public init(terminal: Terminal, isSilent: Bool = false) {
        self.terminal = terminal
        let mode: ProgressLine.Mode =
            isSilent ? .silent : terminal.isInteractive ? .rewritten : .plain
        line = Mutex(ProgressLine(mode: mode))
    }

    public func update(_ phase: String, done: Int = 0, total: Int? = nil) {
        print { $0.update(phase, done: done, total: total, at: .now) }
    }

    public func finish(_ message: String) {
        print { $0.finish(message) }
    }

    /// Call before anything else is printed on the same terminal.
    public func clear() {
        print { $0.clear() }
    }

    /// Printing inside the lock keeps the order that tasks reported in.
    private func print(_ text: (inout ProgressLine) -> String) {
        line.withLock { line in
            let text = text(&line)
            if !text.isEmpty { terminal.write(text) }
        }
    }
}
