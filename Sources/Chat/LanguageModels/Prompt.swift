/// The prompt for a model.
public struct Prompt: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable {
        case user, assistant
    }

    public struct Turn: Hashable, Sendable {
        public var role: Role
        public var text: String

        public init(_ role: Role, _ text: String) {
            self.role = role
            self.text = text
        }
    }

    /// The system prompt; empty for none.
    public var system: String
    /// In order, the question last.
    public var turns: [Turn]

    public init(system: String = "", turns: [Turn]) {
        self.system = system
        self.turns = turns
    }
}
