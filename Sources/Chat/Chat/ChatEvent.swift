public import Core

/// An event that a chat server reports to its operator.
public enum ChatEvent: Hashable, Sendable {
    /// An answer was given but not stored in its conversation; `message` is its id.
    case answerLost(message: String, Diagnostic)
    /// A message about the index of a node's pages.
    case index(node: String, String)
    /// An operation failed and will be retried.
    case failed(node: String?, Diagnostic)
}
