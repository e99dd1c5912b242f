import HTTP
import LanguageModels
import System

/// The chat server's metrics for Prometheus.
public final class ChatMetrics: Sendable {
    private let registry = MetricRegistry(Family.all)

    public init() {}

    /// All metrics in Prometheus's text format.
    public var text: String {
        if let usage = ProcessUsage.current() {
            registry.set(Family.processorSeconds, to: usage.processorSeconds)
            registry.set(Family.residentBytes, to: Double(usage.residentBytes))
            registry.set(Family.openDescriptors, to: Double(usage.openDescriptors))
        }
        return registry.text
    }

    /// Declares a node's counters, so that they exist at 0 from the start.
    func serving(node: String) {
        registry.declare(Family.lost, node)
        for source in ["model", "retrieval"] {
            registry.declare(Family.answers, node, source, "complete")
        }
    }

    func answered(node: String, _ outcome: AnswerOutcome, microseconds: Int) {
        registry.add(1, to: Family.answers, node, outcome.source.rawValue, outcome.status.rawValue)
        registry.observe(
            [Double(microseconds) / 1e6], in: Family.answerSeconds, node, outcome.source.rawValue)
    }

    /// Counts an answer that was given but could not be stored.
    func lostAnswer(node: String) { registry.add(1, to: Family.lost, node) }

    func refused(by ceiling: Ceilings.Refusal.Ceiling) {
        registry.add(1, to: Family.refused, ceiling.rawValue)
    }

    /// Counts a response of the API.
    func responded(_ status: Int) { registry.add(1, to: Family.responses, String(status)) }

    func sockets(changedBy step: Int) { registry.add(Double(step), to: Family.sockets) }

    func observe(running: Int, waiting: Int) {
        registry.set(Family.running, to: Double(running))
        registry.set(Family.waiting, to: Double(waiting))
    }

    /// Counts a request to a model.
    func attempted(_ attempt: ModelAttempt, node: String) {
        let name = attempt.endpoint.name
        registry.add(1, to: Family.attempts, node, name, attempt.outcome.name)
        if let firstText = attempt.firstText {
            registry.observe([Double(firstText) / 1e6], in: Family.firstText, node, name)
        }
        registry.add(
            Double(attempt.usage.inputTokens ?? 0), to: Family.tokens, node, name, "input")
        registry.add(Double(attempt.usage.outputTokens), to: Family.tokens, node, name, "output")
    }
}
