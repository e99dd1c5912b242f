import CLibPQ
import Core

/// Where a database is, in libpq's own settings; what is not set comes from the PG* variables.
public struct ConnectionTarget: Sendable, Hashable {
    /// Who said where the database is, so that a message can say what to look at.
    public enum Source: Sendable, Hashable {
        /// The variable `DATABASE_URL`.
        case url
        /// The PG* variables.
        case variables
        /// The project's own server.
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

    /// The same server, another database.
    public func database(_ name: String) -> ConnectionTarget {
        var copy = self
        // One that cannot be read fails when it is connected to.
        if let parts = try? parameters() { copy.settings = parts }
        copy.settings["dbname"] = name
        return copy
    }

    /// The database in words, without user and password: `'robbieverse' at db.example:5432`; nil when
    /// the settings cannot be read.
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

    /// Who says so, as the beginning of a sentence about the database.
    public var origin: String {
        switch source {
        case .url: "DATABASE_URL leads to"
        case .variables: "the PG* variables lead to"
        case .embedded: "the project's own database is"
        case .program: "the database is"
        }
    }

    /// What to do when the database cannot be reached.
    var hint: String {
        switch source {
        case .url: "check DATABASE_URL, and that the server it names runs"
        case .variables: "check the PG* variables, and that the server they name runs"
        case .embedded: "run: robbieblocks db start"
        case .program: "check that the server runs"
        }
    }

    /// The settings as PG* variables, for a client program: a password in its environment is not
    /// seen by other users, one on its command line is.
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
    /// The settings, with an address in `dbname` taken apart.
    ///
    /// The library quotes an address that it cannot read, password and all, and one that it reads in
    /// another way than was meant: of `postgresql://u:pa/ss@host`, it looks for a port `pa`. Neither
    /// reaches a message, since such an address is refused here, without a word of it.
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

    /// A plain name of a database is none.
    private func isAddress(_ text: String) -> Bool {
        switch source {
        case .url: !text.isPlainName
        default: text.containsUTF8("://") || text.containsUTF8("=")
        }
    }

    /// Whether the address says one thing alone: in user and password, `@`, `/` and `?` are escaped.
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

    /// The message without the password, should it be there.
    static func redacted(_ message: String, _ settings: [String: String]) -> String {
        // A very short one would take letters out of every word; the library quotes none by itself.
        guard let password = settings["password"], password.utf8.count >= 4 else { return message }
        return message.replacingUTF8(password, with: "…")
    }
}
