/// The events of one answer, for one reader. They come while they are read: a reader who stops holds
/// the provider up.
public struct ModelAnswer: AsyncSequence, Sendable {
    public typealias Element = ModelEvent
    public typealias Failure = Never

    let chain: ModelChain
    let prompt: Prompt
    let maximumTokens: Int?

    /// Begins to ask with the first `next`; each iterator asks anew.
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
