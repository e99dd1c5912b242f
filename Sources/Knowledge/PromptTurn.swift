/// One utterance of a conversation.
public struct PromptTurn: Hashable, Sendable {
    public enum Role: Hashable, Sendable { case user, assistant }

    public var role: Role
    public var text: String

    public init(_ role: Role, _ text: String) {
        self.role = role
        self.text = text
    }
}
