import Core
import LanguageModels
import Synchronization
import System

/// Reports what is wrong with a model once, not with each question that it fails.
final class ModelFaultLog: Sendable {
    private struct Key: Hashable {
        var node: String?
        var message: String
    }

    /// A fault that lasts is told again after so many milliseconds.
    private static let interval = 3_600_000
    private static let limit = 1000

    /// When each was told, in milliseconds of the monotonic clock.
    private let told = Mutex<[Key: Int]>([:])
    private let report: @Sendable (ChatEvent) -> Void

    init(report: @escaping @Sendable (ChatEvent) -> Void) { self.report = report }

    /// A question was put to a model, or could not be.
    func add(_ attempt: ModelAttempt, node: String) {
        switch attempt.outcome {
        case .complete:
            // Should it fail again, that is news.
            let start = "model '\(attempt.endpoint.name)': "
            told.withLock { told in
                guard !told.isEmpty else { return }
                told = told.filter { $0.key.node != node || !$0.key.message.hasUTF8Prefix(start) }
            }
        case .cutOff, .cancelled: break
        case .failed(let failure):
            switch failure.code {
            // Those say nothing about the row.
            case .resting, .cancelled, .overloaded, .rateLimited: break
            default: tell(failure.diagnostic, node: node)
            }
        }
    }

    /// Passes on what others report, without the faults of models: those came as attempts.
    func pass(_ event: ChatEvent) {
        guard case .failed(let node, let diagnostic) = event, diagnostic.code == .toolFailed else {
            return report(event)
        }
        if !diagnostic.message.hasUTF8Prefix("model '") { tell(diagnostic, node: node) }
    }

    private func tell(_ diagnostic: Diagnostic, node: String?) {
        let key = Key(node: node, message: diagnostic.message)
        let now = monotonicMilliseconds()
        let isNew = told.withLock { told in
            if let last = told[key], now - last < Self.interval { return false }
            if told.count >= Self.limit { told = [:] }
            told[key] = now
            return true
        }
        if isNew { report(.failed(node: node, diagnostic)) }
    }
}
