import CLibPQ
import UTF8Text

/// Where a database is, in libpq's own settings; what is not set comes from the PG* variables.
public struct ConnectionTarget: Sendable, Hashable {
    public var settings: [String: String]

    public init(settings: [String: String]) { self.settings = settings }

    /// A URI such as `postgresql://admin@db.example/robbieverse`, or libpq's `key=value` words.
    public init(url: String) { settings = ["dbname": url] }

    /// The same server, another database.
    public func database(_ name: String) -> ConnectionTarget {
        var copy = self
        copy.settings["dbname"] = name
        return copy
    }

    /// The settings as PG* variables, for a client program: a password in its environment is not
    /// seen by other users, one on its command line is.
    ///
    /// - Throws: when the URI cannot be read.
    public func environment() throws(PostgresError) -> [String: String] {
        var variables: [String: String] = [:]
        var settings = settings
        if let name = settings["dbname"], name.containsUTF8("=") || name.containsUTF8("://") {
            settings["dbname"] = nil
            guard let options = PQconninfoParse(name, nil) else {
                // The library's own message would show the password.
                throw PostgresError(.connection, "DATABASE_URL is not a PostgreSQL address")
            }
            defer { PQconninfoFree(options) }
            var option = options
            while let keyword = option.pointee.keyword {
                if let value = option.pointee.val {
                    settings[String(cString: keyword)] = String(cString: value)
                }
                option += 1
            }
        }
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
