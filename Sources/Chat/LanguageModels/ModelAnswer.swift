/// The events of one answer, for one reader. They are received as they are read, so that a reader
/// who stops exerts back-pressure on the provider.
public struct ModelAnswer: AsyncSequence, Sendable {
    public typealias Element = ModelEvent
    public typealias Failure = Never

    let chain: ModelChain
    let prompt: Prompt
    let maximumTokens: Int?

    /// The first `next` sends the request; each iterator sends its own.
    public func makeAsyncIterator() -> Iterator {
        Iterator(run: AnswerRun(chain, prompt, maximumTokens: maximumTokens))
    }

    public struct Iterator: AsyncIteratorProtocol {
        let run: AnswerRun

        public mutating func next() async -> ModelEvent? { await run.next() }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> ModelEvent? {
            await run.next()
        }
    }
}
