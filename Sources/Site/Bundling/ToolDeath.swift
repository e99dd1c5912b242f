import Core
import System

/// The resource limits of one run of a tool, whatever its input.
struct ToolLimits: Hashable, Sendable {
    var bounds = ProcessBounds(memory: 768 << 20, processorSeconds: 10, fileSize: 16 << 20)
    /// The time limit of a run, for a tool that waits instead of working.
    var seconds = 60
    /// Bytes of all files that one run may write.
    var output = 64 << 20
}

/// Why a tool ended without a report on its input.
///
/// The cause may be the input, or another input of the same run.
struct ToolDeath: Hashable, Sendable {
    enum Reason: Hashable, Sendable {
        case memory
        case processorTime
        case deadline
        case outputSize
        /// The tool's last output, or the signal that ended it.
        case crash(String)
    }

    var reason: Reason
    var limits: ToolLimits
}

extension ToolDeath {
    /// Derives the reason from the exit of a tool that reported no error.
    init(ending: ChildProcess.Ending, error: [UInt8], limits: ToolLimits) {
        let words = String(decoding: error.prefix(4096), as: UTF8.self)
        let signs = [
            "out of memory", "cannot allocate memory", "stack overflow", "pthread_create failed",
            "memory allocation of", "overflowed its stack",
        ]
        self.limits = limits
        switch ending {
        case .killed(signal: 9), .killed(signal: 24): reason = .processorTime
        case .killed(signal: 25): reason = .outputSize
        case _ where signs.contains(where: words.contains): reason = .memory
        case .killed(let signal): reason = .crash("signal \(signal)")
        case .exited:
            let line = words.utf8.split(separator: UInt8(ascii: "\n")).first
            reason = .crash(line.map { "\($0)" } ?? "no reason given")
        }
    }

    /// Returns the error for an input over which `tool` died when it was the only input.
    func diagnostic(
        of tool: String, over name: String, at location: Diagnostic.Location
    ) -> Diagnostic {
        let code: Diagnostic.Code =
            if case .crash = reason { .syntaxError } else { .contentTooLarge }
        return Diagnostic(
            code, "\(tool) \(self) over \(name)", at: location,
            hint: "look for very deep nesting, very long chains and very long lists")
    }
}

extension ToolDeath: CustomStringConvertible {
    /// Continues a sentence that begins with the tool's name.
    var description: String {
        switch reason {
        case .memory: "needed more than \(limits.bounds.memory >> 20) MiB of memory"
        case .processorTime:
            "needed more than \(limits.bounds.processorSeconds) s of processor time"
        case .deadline: "did not end within \(limits.seconds) s"
        case .outputSize: "wrote more than \(limits.bounds.fileSize >> 20) MiB"
        case .crash(let words): "ended without a report: \(words)"
        }
    }
}
