public import Core

/// What a chat server has to tell whoever runs it.
public enum ChatEvent: Hashable, Sendable {
    /// An answer was given that will not be found in its conversation; `message` is its id.
    case answerLost(message: String, Diagnostic)
    /// What a node's index of its pages says.
    case index(node: String, String)
    /// Something failed that is tried again.
    case failed(node: String?, Diagnostic)
}
