import FoundationEssentials
import Synchronization

/// One node that the server answers for.
final class ChatNode: Sendable {
    /// The node's id, such as `testpilot`.
    let name: String
    let generator: AnswerGenerator
    let personality: PersonalityBroadcaster
    private let summariser = Summariser()
    private let memory = Mutex<MessageMemory?>(nil)

    init(name: String, generator: AnswerGenerator, personality: PersonalityBroadcaster) {
        self.name = name
        self.generator = generator
        self.personality = personality
    }

    var models: NodeModels { generator.models }

    /// Sets what embeds visitors' messages; nil when there is no embedding model.
    func remember(with memory: MessageMemory?) { self.memory.withLock { $0 = memory } }

    /// Queues a visitor's new messages for embedding.
    func noteWriter(_ visitor: UUID) {
        memory.withLock { $0 }?.note(visitor: visitor, node: name)
    }

    /// Summarises a conversation in the background, if there is a model.
    func summarise(_ conversation: Summariser.Long, store: ChatStore) {
        guard let chain = models.chain else { return }
        summariser.summarise(conversation, by: chain, store: store)
    }

    /// Stops background work.
    func stop() async { await summariser.stop() }
}
