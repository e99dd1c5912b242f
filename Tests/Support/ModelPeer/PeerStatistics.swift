import Core

/// The number of questions, in total and by model.
struct PeerStatistics {
    struct Counts {
        var requests = 0
        /// Under way now.
        var open = 0
        /// Answered to the end, whatever that is.
        var completed = 0
        /// Given up by who asked.
        var cancelled = 0

        var text: String {
            #""requests":\#(requests),"open":\#(open),"completed":\#(completed),"#
                + #""cancelled":\#(cancelled)"#
        }
    }

    private static let limit = 10_000

    var connections = 0
    private(set) var all = Counts()
    private(set) var models: [String: Counts] = [:]

    /// - Returns: how often this model was asked before.
    mutating func began(_ model: String) -> Int {
        let earlier = models[model]?.requests ?? 0
        change(model) {
            $0.requests += 1
            $0.open += 1
        }
        return earlier
    }

    mutating func ended(_ model: String, wasCancelled: Bool) {
        change(model) {
            $0.open -= 1
            if wasCancelled { $0.cancelled += 1 } else { $0.completed += 1 }
        }
    }

    private mutating func change(_ model: String, _ body: (inout Counts) -> Void) {
        body(&all)
        if models[model] != nil || models.count < Self.limit {
            body(&models[model, default: Counts()])
        }
    }

    var text: String {
        let models = models.sorted { $0.key < $1.key }
            .map { "\(JSONValue.quote($0.key)):{\($0.value.text)}" }
        return #"{"connections":\#(connections),\#(all.text),"#
            + #""models":{\#(models.joined(separator: ","))}}"#
    }
}
