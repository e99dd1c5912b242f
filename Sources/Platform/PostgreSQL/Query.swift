/// A statement whose interpolated values are sent separately as binds, never inside its text.
///
/// ```swift
/// let live: Query = "status = \(status)"
/// let query: Query = "SELECT content FROM robbieblocks_pages WHERE page_key = \(key) AND \(live)"
/// ```
public struct Query: ExpressibleByStringInterpolation, Sendable {
    fileprivate enum Piece: Sendable {
        case sql(String)
        case bind(String?)
    }

    private var pieces: [Piece]

    public init(stringLiteral value: String) { pieces = [.sql(value)] }

    public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    /// Makes a statement from one of our files, such as a migration.
    public init(unsafeSQL sql: String) { pieces = [.sql(sql)] }

    /// The statement with its binds numbered `$1`, `$2`, …
    public var sql: String {
        var number = 0
        return pieces.reduce(into: "") { text, piece in
            switch piece {
            case .sql(let part): text += part
            case .bind:
                number += 1
                text += "$\(number)"
            }
        }
    }

    /// The bound values in PostgreSQL's text form; nil is NULL.
    public var binds: [String?] {
        pieces.compactMap { piece -> String?? in
            if case .bind(let value) = piece { .some(value) } else { nil }
        }
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount * 2 + 1)
        }

        public mutating func appendLiteral(_ literal: String) { pieces.append(.sql(literal)) }

        public mutating func appendInterpolation(_ value: (some PostgresEncodable)?) {
            pieces.append(.bind(value?.postgresText))
        }

        /// A part of a statement, with the binds it carries.
        public mutating func appendInterpolation(_ part: Query) {
            pieces.append(contentsOf: part.pieces)
        }

        /// Inserts text into the statement: for names that this program chose, never for data.
        public mutating func appendInterpolation(unsafeSQL text: String) {
            pieces.append(.sql(text))
        }
    }
}
