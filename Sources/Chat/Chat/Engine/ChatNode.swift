import FoundationEssentials
import Synchronization

/// One node that the server answers for.
final class ChatNode: Sendable {
    /// Its id, such as `testpilot`.
    let name: String
    let speaker: Speaker
    let personality: PersonalityBoard
    private let summariser = Summariser()
    private let memory = Mutex<MessageMemory?>(nil)

    init(name: String, speaker: Speaker, personality: PersonalityBoard) {
        self.name = name
        self.speaker = speaker
        self.personality = personality
    }

    var models: NodeModels { speaker.models }

    /// How the node speaks at present.
    var temper: Personality { personality.current }

    /// What gives vectors to messages from now on; nil when there is no model for it.
    func remember(with memory: MessageMemory?) { self.memory.withLock { $0 = memory } }

    /// A visitor has written: their messages are to be found by meaning soon.
    func noteWriter(_ visitor: UUID) {
        memory.withLock { $0 }?.note(visitor: visitor, node: name)
    }

    /// Sums a conversation up, in the background, when there is a model.
    func summarise(_ conversation: Summariser.Long, store: ChatStore) {
        guard let chain = models.chain else { return }
        summariser.summarise(conversation, by: chain, store: store)
    }

    /// Ends what goes on in the background.
    func stop() async { await summariser.stop() }
}
