public import Core
public import System

/// The secrets that sign visitors' tokens.
///
/// To rotate a secret, put the new one first and keep the old one second until visitors with tokens
/// signed by it have returned, which takes regular visitors at most a third of a token's lifetime.
/// Then remove the old one.
public struct ChatSecrets: Sendable {
    /// The secret that signs, then one that is still accepted.
    public let all: [[UInt8]]

    /// Minimum number of bytes in a secret.
    public static let minimum = 32
    /// The file in the project's `.robbieblocks` folder, with one secret per line.
    public static let file = "chat-secret"

    /// - Throws: `.usage` when there are no secrets or more than two, or one is too short.
    public init(_ secrets: [[UInt8]]) throws(Diagnostic) {
        guard (1...2).contains(secrets.count) else {
            throw Diagnostic(
                .usage, "the chat needs one secret, or two during a rotation",
                hint: "give the new secret first and the old one second")
        }
        guard secrets.allSatisfy({ $0.count >= Self.minimum }) else {
            throw Diagnostic(
                .usage, "a chat secret has fewer than \(Self.minimum) bytes",
                hint: "generate one with: openssl rand -hex 32")
        }
        all = secrets
    }

    /// Reads `ROBBIEBLOCKS_CHAT_SECRET` and, during a rotation,
    /// `ROBBIEBLOCKS_CHAT_SECRET_PREVIOUS`. Without them reads the secret from a file of the
    /// current user, which is created if it does not exist.
    ///
    /// - Parameter folder: the project's `.robbieblocks` folder.
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
