/// An answer while it is said: pages are looked up, a model is asked, and what that says goes into a
/// log, in a task of its own.
struct Speech: Sendable {
    /// What the pages say, on its way.
    typealias LookUp = Task<Speaker.LookUp, Never>

    private let task: Task<AnswerOutcome, Never>

    /// Begins to speak.
    ///
    /// - Parameter lookUp: nil when nothing was looked up yet.
    init(
        _ request: Speaker.Request, _ lookUp: LookUp? = nil, of node: ChatNode, into log: AnswerLog
    ) {
        let assignment = Handover((request: request, lookUp: lookUp))
        task = Task {
            var material = await Self.material(assignment, of: node)
            var temper = node.temper
            if let mood = material.request.mood { temper.mood = mood }
            return await node.speaker.answer(&material, personality: temper, into: log)
        }
    }

    /// - Parameter assignment: taken, so that nothing of it is held for as long as the answer takes.
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

    /// Ends it before its time.
    func cancel() { task.cancel() }

    /// How it ended; it ends early when the task that waits is cancelled.
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
