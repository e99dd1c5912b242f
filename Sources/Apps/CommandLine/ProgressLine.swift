/// The output of a progress display, computed without a terminal or a clock.
///
/// On a terminal one line is rewritten in place, at most every tenth of a second, and every second
/// even without a new count, to show that work continues. Elsewhere a line is printed when a phase
/// begins or ends and every ten seconds. With `--json` nothing is printed.
public struct ProgressLine: Sendable {
    public enum Mode: Sendable, Hashable {
        case rewritten, plain, silent
    }

    public let mode: Mode
    /// Work that ends within this time is not shown.
    private let delay: Duration
    private var phase = ""
    private var count = ""
    private var started: ContinuousClock.Instant?
    private var lastPrinted: ContinuousClock.Instant?
    private var isLineOpen = false

    public init(mode: Mode, delay: Duration = .zero) {
        self.mode = mode
        self.delay = delay
    }
}

extension ProgressLine {
    /// Returns the text to print for a step of a phase such as `rendering`; empty when it is too
    /// soon.
    ///
    /// - Parameter total: the number of steps; nil when it is unknown.
    public mutating func update(
        _ phase: String, done: Int, total: Int?, at now: ContinuousClock.Instant
    ) -> String {
        guard mode != .silent else { return "" }
        let isNewPhase = phase != self.phase
        self.phase = phase
        count = total.map { " \(done)/\($0)" } ?? (done > 0 ? " \(done)" : "")
        let interval: Duration = mode == .rewritten ? .milliseconds(100) : .seconds(10)
        let isSoon = lastPrinted.map { now - $0 < interval } ?? false
        started = started ?? now
        guard isNewPhase || !isSoon || done == total else { return "" }
        return print(at: now)
    }

    /// Returns the text to print when nothing has happened for a while.
    public mutating func tick(at now: ContinuousClock.Instant) -> String {
        let interval: Duration = mode == .rewritten ? .seconds(1) : .seconds(10)
        guard mode != .silent, let started, now - (lastPrinted ?? started) >= interval else {
            return ""
        }
        return print(at: now)
    }

    /// Returns a line that stays, such as "built testpilot: 24 pages in 0.31 s".
    public mutating func finish(_ message: String) -> String {
        guard mode != .silent else { return "" }
        phase = ""
        return clear() + message.printable + "\n"
    }

    /// Returns the text that erases the rewritable line before other output.
    public mutating func clear() -> String {
        defer { isLineOpen = false }
        started = nil
        return isLineOpen ? "\r\u{1B}[2K" : ""
    }

    private mutating func print(at now: ContinuousClock.Instant) -> String {
        guard let started, now - started >= delay else { return "" }
        lastPrinted = now
        let seconds = (now - started).components.seconds
        return line(phase.printable + count + (seconds > 0 ? ", \(seconds) s" : ""))
    }

    /// Disables automatic wrapping for the line, so that the terminal cuts a line that is too long.
    private mutating func line(_ text: String) -> String {
        guard mode == .rewritten else { return text + "\n" }
        isLineOpen = true
        return "\r\u{1B}[2K\u{1B}[?7l\(text.prefix(200))\u{1B}[?7h"
    }
}
