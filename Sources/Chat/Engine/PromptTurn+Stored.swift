import ChatStore
import Knowledge

extension PromptTurn {
    /// nil for what neither side said.
    init?(_ turn: Exchange.Turn) {
        switch turn.role {
        case .user: self.init(.user, turn.text)
        case .assistant: self.init(.assistant, turn.text)
        case .system: return nil
        }
    }
}
