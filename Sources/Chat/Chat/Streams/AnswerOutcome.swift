import Core
import LanguageModels

/// How an answer ended, with its source, citations and usage.
struct AnswerOutcome: Hashable, Sendable {
    var status: Message.Status
    var source: Message.Source
    var model: String?
    var citations: [Citation] = []
    var usage: ModelUsage?
    /// In millionths of the operator's currency; not sent to clients.
    var cost = 0
}

extension AnswerOutcome {
    /// Keeps only the citations that a model's answer refers to.
    mutating func keepCited(in text: String) {
        guard source == .model, !citations.isEmpty else { return }
        let numbers = CitedNumbers.find(in: text, count: citations.count)
        citations = citations.filter { $0.number.map(numbers.contains) ?? false }
    }
}

extension AnswerOutcome {
    /// Records the usage and cost of the model `endpoint`.
    mutating func count(_ usage: ModelUsage, of endpoint: ModelEndpoint?) {
        self.usage = usage
        cost =
            endpoint?.cost(input: usage.inputTokens ?? 0, output: usage.outputTokens) ?? 0
    }
}

extension JSONBytes {
    /// Writes `status`, `source`, `model`, `citations` and `usage`, the same in every API.
    mutating func members(of outcome: AnswerOutcome) {
        member("status", outcome.status.rawValue)
        member("source", outcome.source.rawValue)
        member("model", outcome.model)
        name("citations")
        array(outcome.citations) { json, citation in json.citation(citation) }
        guard let usage = outcome.usage else { return }
        name("usage")
        object {
            $0.member("input_tokens", usage.inputTokens ?? 0)
            $0.member("output_tokens", usage.outputTokens)
        }
    }

    mutating func citation(_ citation: Citation) {
        object {
            $0.member("title", citation.title)
            $0.member("route", citation.route)
            $0.member("anchor", citation.anchor)
            $0.member("heading", citation.heading)
            if let number = citation.number { $0.member("number", number) }
        }
    }
}
