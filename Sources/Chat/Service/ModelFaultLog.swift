import Diagnostics
import LanguageModels
import Synchronization
import SystemSupport

/// Reports what is wrong with a model once, not with each question that it fails.
final class ModelFaultLog: Sendable {
    private struct Key: Hashable {
        var node: String
        var endpoint: String
        var isEmbedding: Bool
    }

    private struct Told {
        var code: String
        /// In milliseconds of the monotonic clock.
        var at: Int
    }

    /// A fault that lasts is told again after so many milliseconds.
    private static let interval = 3_600_000
    private static let limit = 1000

    private let told = Mutex<[Key: Told]>([:])
    private let report: @Sendable (ChatEvent) -> Void

    init(report: @escaping @Sendable (ChatEvent) -> Void) { self.report = report }

    func add(_ attempt: ModelAttempt, node: String) {
        let key = Key(
            node: node, endpoint: attempt.endpoint.name, isEmbedding: attempt.isEmbedding)
        switch attempt.outcome {
        case .complete: told.withLock { $0[key] = nil }
        case .cutOff, .cancelled: break
        case .failed(let failure):
            // Those say nothing about the row.
            switch failure.code {
            case .resting, .cancelled, .overloaded, .rateLimited: return
            default: break
            }
            let now = monotonicMilliseconds()
            let isNew = told.withLock { told in
                if let last = told[key], last.code == failure.code.name,
                    now - last.at < Self.interval
                {
                    return false
                }
                if told.count >= Self.limit { told = [:] }
                told[key] = Told(code: failure.code.name, at: now)
                return true
            }
            if isNew { report(.failed(node: node, failure.diagnostic)) }
        }
    }
}
