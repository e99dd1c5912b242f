import JSON

/// How an answer ended, and what there is to say about it.
struct AnswerOutcome: Hashable, Sendable {
    enum Status: String, Hashable, Sendable {
        case complete
        /// Something went wrong after the first word; what was said stands.
        case cutOff = "cut_off"
        /// The visitor wanted no more.
        case stopped
        /// Nothing was said, and nothing could be.
        case failed
    }

    enum Source: String, Hashable, Sendable { case model, retrieval }

    /// Where a passage stands that the answer rests on.
    struct Citation: Hashable, Sendable {
        var title: String
        var route: String
        /// Without `#`; nil for the top of the page.
        var anchor: String?
        var heading: String?
        /// What the text calls it, as `[1]`; nil where the text links it itself.
        var number: Int?
    }

    struct Usage: Hashable, Sendable {
        /// Tokens, as the provider counts them.
        var input: Int
        var output: Int
        /// In millionths of the operator's currency; not part of an answer.
        var cost = 0
    }

    var status: Status
    var source: Source
    var model: String?
    var citations: [Citation] = []
    var usage: Usage?
}

extension AnswerOutcome {
    /// Keeps the citations that a model's answer refers to.
    mutating func keepCited(in text: String) {
        guard source == .model, !citations.isEmpty else { return }
        let numbers = CitedNumbers.find(in: text, count: citations.count)
        citations = citations.filter { $0.number.map(numbers.contains) ?? false }
    }
}

extension JSONBytes {
    /// `status`, `source`, `model`, `citations` and `usage`, as every way of asking has them.
    mutating func members(of outcome: AnswerOutcome) {
        member("status", outcome.status.rawValue)
        member("source", outcome.source.rawValue)
        member("model", outcome.model)
        name("citations")
        array(outcome.citations) { json, citation in json.citation(citation) }
        guard let usage = outcome.usage else { return }
        name("usage")
        object {
            $0.member("input_tokens", usage.input)
            $0.member("output_tokens", usage.output)
        }
    }

    mutating func citation(_ citation: AnswerOutcome.Citation) {
        object {
            $0.member("title", citation.title)
            $0.member("route", citation.route)
            $0.member("anchor", citation.anchor)
            $0.member("heading", citation.heading)
            if let number = citation.number { $0.member("number", number) }
        }
    }
}
