import CLibPQ
import Core

/// The address of a database as libpq settings. Settings that are missing come from the PG*
/// variables.
public struct ConnectionTarget: Sendable, Hashable {
    /// The source of the address, so that a message can name what to check.
    public enum Source: Sendable, Hashable {
        /// The variable `DATABASE_URL`.
        case url
        /// The PG* variables.
        case variables
        /// The project's embedded server.
        case embedded
        case program
    }

    public var settings: [String: String]
    public let source: Source

    public init(settings: [String: String], source: Source = .program) {
        self.settings = settings
        self.source = source
    }

    /// A URI such as `postgresql://admin@db.example/robbieverse`, or libpq's `key=value` words.
    public init(url: String) {
        settings = ["dbname": url]
        source = .url
    }

    /// Returns the same server with another database.
    public func database(_ name: String) -> ConnectionTarget {
        var copy = self
        // An unreadable address fails when connecting.
        if let parts = try? parameters() { copy.settings = parts }
        copy.settings["dbname"] = name
        return copy
    }

    /// The database in words, without user and password: `'robbieverse' at db.example:5432`; nil
    /// when the settings cannot be read.
    public var place: String? {
        guard let name = try? databaseName(), let settings = try? parameters() else { return nil }
        func value(_ keyword: String) -> String? {
            (settings[keyword] ?? Self.defaults[keyword]).flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let host = value("host") ?? value("hostaddr"), !host.hasUTF8Prefix("/") else {
            let folder = value("host").map { " (\($0))" } ?? ""
            return "'\(name)' on this machine\(folder)"
        }
        return "'\(name)' at \(host):\(value("port") ?? "5432")"
    }

    /// The source, as the beginning of a sentence about the database.
    public var origin: String {
        switch source {
        case .url: "DATABASE_URL leads to"
        case .variables: "the PG* variables lead to"
        case .embedded: "the project's own database is"
        case .program: "the database is"
        }
    }

    /// The hint for an unreachable database.
    var hint: String {
        switch source {
        case .url: "check DATABASE_URL, and that the server it names runs"
        case .variables: "check the PG* variables, and that the server they name runs"
        case .embedded: "run: robbieblocks db start"
        case .program: "check that the server runs"
        }
    }

    /// Returns the settings as PG* variables for a client program. Other users can see a password
    /// on its command line, but not in its environment.
    ///
    /// - Throws: when the URI cannot be read.
    public func environment() throws(PostgresError) -> [String: String] {
        var variables: [String: String] = [:]
        let settings = try parameters()
        guard let defaults = PQconndefaults() else { return [:] }
        defer { PQconninfoFree(defaults) }
        var option = defaults
        while let keyword = option.pointee.keyword {
            if let variable = option.pointee.envvar, let value = settings[String(cString: keyword)]
            {
                variables[String(cString: variable)] = value
            }
            option += 1
        }
        return variables
    }
}

// MARK: - Reading an address

extension ConnectionTarget {
    /// Returns the settings, with an address in `dbname` split into its parts.
    ///
    /// The library's messages quote an address that it cannot parse, including the password, or one
    /// that it parses differently than intended: in `postgresql://u:pa/ss@host` it looks for a port
    /// `pa`. Neither reaches a message, because such an address is rejected here without quoting
    /// any of it.
    func parameters() throws(PostgresError) -> [String: String] {
        var settings = settings
        guard let address = settings["dbname"], isAddress(address) else { return settings }
        settings["dbname"] = nil
        guard Self.isUnambiguous(address), let options = PQconninfoParse(address, nil) else {
            throw unreadable
        }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                let name = String(cString: keyword)
                settings[name] = settings[name] ?? String(cString: value)
            }
            option += 1
        }
        let isPort = settings["port"]?.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2c }
        guard isPort != false else { throw unreadable }
        return settings
    }

    /// Whether the text is an address instead of a plain database name.
    private func isAddress(_ text: String) -> Bool {
        switch source {
        case .url: !text.isPlainName
        default: text.containsUTF8("://") || text.containsUTF8("=")
        }
    }

    /// Whether the address has only one reading: `@`, `/` and `?` must be escaped in user and
    /// password.
    private static func isUnambiguous(_ address: String) -> Bool {
        let rest = ["postgresql://", "postgres://"].lazy
            .compactMap { address.droppingUTF8Prefix($0) }.first
        guard let rest else {
            return address.containsUTF8("=") && !address.containsUTF8("://")
        }
        let parts = rest.splitUTF8(separator: "@", omittingEmptySubsequences: false)
        let isPathFree = parts.count < 2 || !parts[0].utf8.contains { "/?".utf8.contains($0) }
        return parts.count <= 2 && isPathFree
    }

    private var unreadable: PostgresError {
        let name = source == .url ? "DATABASE_URL" : "the address of the database"
        return PostgresError(
            .connection, "\(name) is not a PostgreSQL address",
            hint: "write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE; in user and password "
                + "'@' is %40, '/' is %2F, '?' is %3F and '%' is %25")
    }

    /// Returns the message with the password removed.
    static func redacted(_ message: String, _ settings: [String: String]) -> String {
        // Removing a very short password would take letters out of every word. The library itself
        // quotes no password.
        guard let password = settings["password"], password.utf8.count >= 4 else { return message }
        return message.replacingUTF8(password, with: "…")
    }
}
