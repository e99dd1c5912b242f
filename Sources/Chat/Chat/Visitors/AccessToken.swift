public import Core
import HTTP
import System

/// A secret that an administrator or an API client sends as `Authorization: Bearer …`.
public enum AccessToken {
    /// Minimum number of bytes, and of different bytes: a word could be guessed.
    public static let minimum = 20
    static let distinct = 8

    /// Reads a token from the environment.
    ///
    /// - Returns: nil when the variable is unset or empty.
    /// - Throws: `.usage` for a token that is too short or too simple, or has characters that a
    ///   header cannot contain.
    public static func find(
        _ variable: String, in environment: [String: String]
    ) throws(Diagnostic) -> String? {
        guard let token = environment[variable], !token.isEmpty else { return nil }
        let hint = "generate one with: openssl rand -hex 32"
        guard token.utf8.count >= minimum, Set(token.utf8).count >= distinct else {
            throw Diagnostic(
                .usage,
                "\(variable) is too easy to guess: it needs \(minimum) characters or more, "
                    + "\(distinct) of them different",
                hint: hint)
        }
        guard token.utf8.allSatisfy({ 0x20...0x7e ~= $0 }), token.utf8.first != 0x20,
            token.utf8.last != 0x20
        else {
            throw Diagnostic(
                .usage,
                "\(variable) has characters that a header cannot carry, or a space at an end",
                hint: hint)
        }
        return token
    }

    /// Whether a request has one of the tokens. The time taken does not reveal which.
    static func isShown(_ tokens: [String], by request: HTTPRequest) -> Bool {
        guard let field = request.fields["authorization"] else { return false }
        let parts = field.utf8.split(separator: 0x20, maxSplits: 1)
        guard parts.count == 2, String(Substring(parts[0])).lowercased() == "bearer" else {
            return false
        }
        var isShown = false
        for token in tokens where isEqualInConstantTime(Array(parts[1]), Array(token.utf8)) {
            isShown = true
        }
        return isShown
    }
}
