/// What a progress display prints, worked out without a terminal or a clock.
///
/// On a terminal one line is rewritten in place, at most every tenth of a second and, so that it moves
/// while there is nothing to count, every second; elsewhere a line is printed when a phase begins or
/// ends and every ten seconds; and for `--json` nothing is.
public struct ProgressLine: Sendable {
    public enum Mode: Sendable, Hashable {
        case rewritten, plain, silent
    }

    public let mode: Mode
    /// What is done sooner is not shown at all.
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
    /// The text to print for a step of a phase such as `rendering`; empty when it is too soon.
    ///
    /// - Parameter total: nil when it is not known.
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

    /// The text to print when nothing has happened for a while.
    public mutating func tick(at now: ContinuousClock.Instant) -> String {
        let interval: Duration = mode == .rewritten ? .seconds(1) : .seconds(10)
        guard mode != .silent, let started, now - (lastPrinted ?? started) >= interval else {
            return ""
        }
        return print(at: now)
    }

    /// A line that stays, such as "built testpilot: 24 pages in 0.31 s".
    public mutating func finish(_ message: String) -> String {
        guard mode != .silent else { return "" }
        phase = ""
        return clear() + message.printable + "\n"
    }

    /// Takes away a line that would be rewritten, before something else is printed.
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

    /// A line that is longer than the terminal is cut by it: automatic wrapping is off meanwhile.
    private mutating func line(_ text: String) -> String {
        guard mode == .rewritten else { return text + "\n" }
        isLineOpen = true
        return "\r\u{1B}[2K\u{1B}[?7l\(text.prefix(200))\u{1B}[?7h"
    }
}
