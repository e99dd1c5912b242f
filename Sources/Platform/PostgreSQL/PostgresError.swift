public import Core

/// An error of the server or the client library.
///
/// It never contains bound values, only the statement's text and the server's message.
public struct PostgresError: DiagnosedError, Hashable, Sendable {
    public enum Code: Hashable, Sendable {
        /// No connection could be made, or it was lost.
        case connection
        /// The server refused a statement; the five-character SQLSTATE says why.
        case server(sqlState: String)
        /// A pooler before the server lacks a required feature.
        case pooling
        /// All connections of a pool are busy, and its queue is full.
        case overloaded
        /// A statement exceeded its deadline, and the server was told to stop it.
        case deadline
        /// The waiting task was cancelled.
        case cancelled
        /// A column did not hold the expected type.
        case decoding
    }

    public var code: Code
    public var message: String
    public var detail: String?
    public var hint: String?

    public init(_ code: Code, _ message: String, detail: String? = nil, hint: String? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
        self.hint = hint
    }

    /// The SQLSTATE, when the server gave one.
    public var sqlState: String? {
        if case .server(let state) = code { state } else { nil }
    }

    /// Whether one of our tables or functions does not exist.
    public var isMissingSchema: Bool {
        ["42P01", "3F000", "42883", "42703"].contains(sqlState)
    }

    public var diagnostic: Diagnostic {
        let words = [message, detail.map { "detail: \($0)" }].compactMap(\.self)
            .joined(separator: "; ")
        switch code {
        case .connection:
            return Diagnostic(
                .databaseUnavailable, "the database cannot be reached: \(words)",
                hint: words.containsUTF8("database \"") && words.containsUTF8("\" does not exist")
                    ? "run: robbieblocks init, which creates it"
                    : hint ?? "check that its server runs and can be reached")
        case .server where isMissingSchema:
            return Diagnostic(
                .schemaMissing, "the database lacks the RobbieBlocks schema: \(words)",
                hint: "run: robbieblocks init")
        case .server(let state):
            return Diagnostic(
                .databaseError, "the database refused a statement (\(state)): \(words)", hint: hint)
        case .pooling: return Diagnostic(.databaseError, words, hint: hint)
        case .overloaded, .deadline, .cancelled:
            return Diagnostic(.databaseError, "the database was given up on: \(words)", hint: hint)
        case .decoding:
            return Diagnostic(
                .databaseError, "the database answered in an unexpected form: \(words)")
        }
    }
}
