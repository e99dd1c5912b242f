/// Produces an answer in its own task: searches the pages, asks a model, and writes the text to a
/// log.
struct Speech: Sendable {
    /// A search in progress.
    typealias LookUp = Task<Speaker.LookUp, Never>

    private let task: Task<AnswerOutcome, Never>

    /// Starts the task.
    ///
    /// - Parameter lookUp: nil when no search has been started.
    init(
        _ request: Speaker.Request, _ lookUp: LookUp? = nil, of node: ChatNode, into log: AnswerLog
    ) {
        let assignment = Handover((request: request, lookUp: lookUp))
        task = Task {
            var material = await Self.material(assignment, of: node)
            var personality = node.personality.current
            if let mood = material.request.mood { personality.mood = mood }
            return await node.speaker.answer(&material, personality: personality, into: log)
        }
    }

    /// - Parameter assignment: consumed, so that its values are released before the answer ends.
    private static func material(
        _ assignment: Handover<(request: Speaker.Request, lookUp: LookUp?)>, of node: ChatNode
    ) async -> Speaker.Material {
        let (request, lookUp) = assignment.take() ?? (Speaker.Request(question: ""), nil)
        let found =
            if let lookUp { await lookUp.value } else {
                await node.speaker.search(request.question, before: request.questionsBefore)
            }
        return Speaker.Material(request: request, lookUp: found)
    }

    /// Ends the answer early.
    func cancel() { task.cancel() }

    /// Returns how the answer ended. Cancelling the waiting task ends the answer early.
    var outcome: AnswerOutcome {
        get async {
            await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
        }
    }
}
