import Core

/// The providers' keys, read from the environment and used only in requests.
///
/// Reads only variables whose names begin with `ROBBIEBLOCKS_KEY_`, so that a row in the database
/// cannot name any other. A key is bound to hosts, since a user who can write a row could name any
/// address: the hosts in `ROBBIEBLOCKS_KEY_<NAME>_HOSTS`, or else the provider's own host and this
/// machine. A key leaves this machine only over https.
public struct ModelKeys: Sendable {
    public static let prefix = "ROBBIEBLOCKS_KEY_"
    /// Suffix of the variable that lists a key's hosts.
    static let hostsSuffix = "_HOSTS"

    private let keys: [String: String]
    private let hosts: [String: [String]]

    /// - Parameter environment: all variables; only those with the prefix are kept.
    public init(environment: [String: String]) {
        var keys: [String: String] = [:]
        var hosts: [String: [String]] = [:]
        for (variable, value) in environment {
            guard let name = variable.droppingUTF8Prefix(Self.prefix) else { continue }
            if let key = name.droppingUTF8Suffix(Self.hostsSuffix) {
                let entries = value.utf8
                    .split(whereSeparator: { $0 == UInt8(ascii: ",") || $0 == 0x20 })
                    .map { String(decoding: $0, as: UTF8.self) }
                if !entries.isEmpty {
                    hosts[String(key)] = entries
                }
            } else if !value.isEmpty {
                keys[String(name)] = value
            }
        }
        self.keys = keys
        self.hosts = hosts
    }

    /// The names, without the prefix, sorted.
    public var names: [String] { keys.keys.sorted() }

    /// Returns the key for a request to an endpoint; nil when it needs none.
    func key(for endpoint: ModelEndpoint) throws(ModelFailure) -> String? {
        guard let name = endpoint.keyName, !name.isEmpty else { return nil }
        guard let key = keys[name] else {
            throw ModelFailure(
                .notConfigured, endpoint,
                "there is no environment variable \(Self.prefix)\(name)")
        }
        try checkServer(of: endpoint, for: name)
        // The key is sent in a header line.
        guard key.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw ModelFailure(
                .notConfigured, endpoint,
                "\(Self.prefix)\(name) has characters that a key cannot have")
        }
        return key
    }

    /// Checks that an endpoint's server may receive the key `name`.
    private func checkServer(
        of endpoint: ModelEndpoint, for name: String
    ) throws(ModelFailure) {
        let variable = Self.prefix + name
        guard let server = ServerAuthority(url: endpoint.baseURL) else {
            throw ModelFailure(
                .notConfigured, endpoint,
                "its base_url has no plain host, so \(variable) is not sent to it")
        }
        let isBound =
            hosts[name].map { $0.contains(where: server.matches) }
            ?? (server.isLoopback || server.host == endpoint.provider.host)
        guard isBound else {
            throw ModelFailure(
                .notConfigured, endpoint,
                "\(variable) is not sent to \(server.host); if it is meant for that host, "
                    + "list the host in \(variable)\(Self.hostsSuffix)")
        }
        guard server.isEncrypted || server.isLoopback else {
            throw ModelFailure(
                .notConfigured, endpoint,
                "\(variable) is not sent to \(server.host) over http; "
                    + "begin its base_url with https://")
        }
    }
}

extension ModelProvider {
    /// The host that may receive the provider's key when no hosts are configured.
    fileprivate var host: String? {
        switch self {
        case .ollama: "ollama.com"
        case .openAI: "api.openai.com"
        case .anthropic: "api.anthropic.com"
        }
    }
}

extension ModelKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Shows only the names.
    public var description: String { "keys named \(names.joined(separator: ", "))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
