/// Produces an answer in its own task: searches the pages, asks a model, and writes the text to a
/// log.
struct AnswerTask: Sendable {
    /// A search in progress.
    typealias Search = Task<AnswerGenerator.SearchOutcome, Never>

    private let task: Task<AnswerOutcome, Never>

    /// Starts the task.
    ///
    /// - Parameter search: nil when no search has been started.
    init(
        _ request: AnswerGenerator.Request, _ search: Search? = nil, of node: ChatNode,
        into log: AnswerLog
    ) {
        let assignment = SingleUseBox((request: request, search: search))
        task = Task {
            var material = await Self.material(assignment, of: node)
            var personality = node.personality.current
            if let mood = material.request.mood { personality.mood = mood }
            return await node.generator.answer(&material, personality: personality, into: log)
        }
    }

    /// - Parameter assignment: consumed, so that its values are released before the answer ends.
    private static func material(
        _ assignment: SingleUseBox<(request: AnswerGenerator.Request, search: Search?)>,
        of node: ChatNode
    ) async -> AnswerGenerator.Material {
        let (request, search) = assignment.take() ?? (AnswerGenerator.Request(question: ""), nil)
        let found =
            if let search { await search.value } else {
                await node.generator.search(request.question, before: request.questionsBefore)
            }
        return AnswerGenerator.Material(request: request, search: found)
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
