import Core
import LanguageModels
import Synchronization
import System

/// Reports each problem of a model once, rather than for every question that it fails.
final class ModelFaultLog: Sendable {
    private struct Key: Hashable {
        var node: String?
        var message: String
    }

    /// Milliseconds after which a lasting problem is reported again.
    private static let interval = 3_600_000
    private static let limit = 1000

    /// When each problem was reported, in milliseconds of the monotonic clock.
    private let reported = Mutex<[Key: Int]>([:])
    private let report: @Sendable (ChatEvent) -> Void

    init(report: @escaping @Sendable (ChatEvent) -> Void) { self.report = report }

    /// Handles the outcome of a request to a model.
    func add(_ attempt: ModelAttempt, node: String) {
        switch attempt.outcome {
        case .complete:
            // A later failure is to be reported again.
            let start = "model '\(attempt.endpoint.name)': "
            reported.withLock { reported in
                guard !reported.isEmpty else { return }
                reported = reported.filter {
                    $0.key.node != node || !$0.key.message.hasUTF8Prefix(start)
                }
            }
        case .cutOff, .cancelled: break
        case .failed(let failure):
            switch failure.code {
            // These failures do not concern the row.
            case .resting, .cancelled, .overloaded, .rateLimited: break
            default: reportOnce(failure.diagnostic, node: node)
            }
        }
    }

    /// Passes other events on, except failures of models, which arrive as attempts.
    func pass(_ event: ChatEvent) {
        guard case .failed(let node, let diagnostic) = event, diagnostic.code == .toolFailed else {
            return report(event)
        }
        if !diagnostic.message.hasUTF8Prefix("model '") { reportOnce(diagnostic, node: node) }
    }

    private func reportOnce(_ diagnostic: Diagnostic, node: String?) {
        let key = Key(node: node, message: diagnostic.message)
        let now = monotonicMilliseconds()
        let isNew = reported.withLock { reported in
            if let last = reported[key], now - last < Self.interval { return false }
            if reported.count >= Self.limit { reported = [:] }
            reported[key] = now
            return true
        }
        if isNew { report(.failed(node: node, diagnostic)) }
    }
}
