public import Core
public import System

/// What visitors' tokens are signed with.
///
/// To rotate a secret, make the new one the first and keep the old one as the second until the
/// visitors who have tokens of it have been back, a third of a token's life at most for those who come
/// often; then take it away.
public struct ChatSecrets: Sendable {
    /// The one that signs, then one that is still accepted.
    public let all: [[UInt8]]

    /// Bytes that a secret must have.
    public static let minimum = 32
    /// The file below the project's `.robbieblocks`, one secret a line.
    public static let file = "chat-secret"

    /// - Throws: `.usage` when there is none, there are more than two, or one is short.
    public init(_ secrets: [[UInt8]]) throws(Diagnostic) {
        guard (1...2).contains(secrets.count) else {
            throw Diagnostic(
                .usage, "the chat needs one secret, or two while one is rotated",
                hint: "give the new secret first and the old one second")
        }
        guard secrets.allSatisfy({ $0.count >= Self.minimum }) else {
            throw Diagnostic(
                .usage, "a chat secret has fewer than \(Self.minimum) bytes",
                hint: "make one with: openssl rand -hex 32")
        }
        all = secrets
    }

    /// Takes `ROBBIEBLOCKS_CHAT_SECRET` and, while it is rotated, `ROBBIEBLOCKS_CHAT_SECRET_PREVIOUS`;
    /// without them the secret in a file of this user's, which is made when there is none.
    ///
    /// - Parameter folder: the project's `.robbieblocks`.
    public static func find(
        environment: [String: String], folder: () throws -> Directory
    ) throws -> ChatSecrets {
        let named = ["ROBBIEBLOCKS_CHAT_SECRET", "ROBBIEBLOCKS_CHAT_SECRET_PREVIOUS"]
            .compactMap { environment[$0] }.filter { !$0.isEmpty }.map { Array($0.utf8) }
        if !named.isEmpty { return try ChatSecrets(named) }
        let new = Base64URL.encode(try unpredictableBytes(32)) + "\n"
        let text: [UInt8]
        do {
            text = try folder().secret(file, creating: Array(new.utf8))
        } catch let error as SystemError {
            var diagnostic = error.diagnostic
            diagnostic.hint =
                "set ROBBIEBLOCKS_CHAT_SECRET, or let the user that runs the chat own the file"
            throw diagnostic
        }
        return try ChatSecrets(text.split(separator: UInt8(ascii: "\n")).map { Array($0) })
    }
}
