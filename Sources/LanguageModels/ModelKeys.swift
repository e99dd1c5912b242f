/// The keys of providers, which come from the environment and go nowhere but into a request.
///
/// Only variables whose names begin with `ROBBIEBLOCKS_KEY_` are read: a row in the database can name
/// no other.
public struct ModelKeys: Sendable {
    public static let prefix = "ROBBIEBLOCKS_KEY_"

    private let keys: [String: String]

    /// - Parameter environment: all variables; those of other names are not kept.
    public init(environment: [String: String]) {
        keys = Dictionary(
            environment.compactMap { name, value in
                name.hasPrefix(Self.prefix) && !value.isEmpty
                    ? (String(name.dropFirst(Self.prefix.count)), value) : nil
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The names, without the prefix, sorted.
    public var names: [String] { keys.keys.sorted() }

    /// The key for a request to an endpoint; nil when it needs none.
    func key(for endpoint: ModelEndpoint) throws(ModelFailure) -> String? {
        guard let name = endpoint.keyName, !name.isEmpty else { return nil }
        guard let key = keys[name] else {
            throw ModelFailure(
                .notConfigured, endpoint,
                "there is no environment variable \(Self.prefix)\(name)")
        }
        // It stands in a line of the request's head.
        guard key.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw ModelFailure(
                .notConfigured, endpoint,
                "\(Self.prefix)\(name) has characters that a key cannot have")
        }
        return key
    }
}

extension ModelKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The names only.
    public var description: String { "keys named \(names.joined(separator: ", "))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
