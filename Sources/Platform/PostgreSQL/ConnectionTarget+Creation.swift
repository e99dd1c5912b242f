import CLibPQ
import Core

extension ConnectionTarget {
    /// Creates the target's database when its server has none of that name.
    ///
    /// - Returns: the name of the created database; nil when it existed.
    /// - Throws: the connection error when the server cannot be reached; a diagnostic with the
    ///   statement to run when this role may not create databases.
    public func createDatabase() throws -> String? {
        let fault: PostgresError
        do throws(PostgresError) {
            _ = try Connection(to: self)
            return nil
        } catch {
            fault = error
        }
        let name = try databaseName()
        guard !name.isEmpty, name != "postgres", name != "template1",
            let connection = (try? Connection(to: database("postgres")))
                ?? (try? Connection(to: database("template1")))
        else { throw fault }
        let row = try connection.run(
            """
            SELECT EXISTS (SELECT FROM pg_database WHERE datname = \(name)), current_user::text,
                coalesce((SELECT rolsuper OR rolcreatedb FROM pg_roles
                    WHERE rolname = current_user), false)
            """)[0]
        guard try !row.value(0, as: Bool.self) else { throw fault }
        let quoted = Self.quoted(name)
        let statement = "CREATE DATABASE \(quoted) ENCODING 'UTF8' TEMPLATE template0"
        guard try row.value(2, as: Bool.self) else {
            let role: String = try row.value(1)
            throw Diagnostic(
                .databaseUnavailable,
                "the server has no database '\(name)', and the role '\(role)' may not create one",
                hint: "as a superuser, run: \(statement) OWNER \(Self.quoted(role))")
        }
        do throws(PostgresError) {
            try connection.run("\(unsafeSQL: statement)")
        } catch {
            // Another command has created it in the meantime.
            if error.sqlState == "42P04" || error.sqlState == "23505" { return nil }
            throw Diagnostic(
                .databaseError, "the database '\(name)' cannot be created: \(error.message)",
                hint: "create it, then run this command again: \(statement)")
        }
        return name
    }

    /// Returns the name from the settings, else from the variables, else the user's name.
    func databaseName() throws(PostgresError) -> String {
        let settings = try parameters()
        let defaults = Self.defaults
        for key in ["dbname", "user"] {
            if let name = settings[key] ?? defaults[key], !name.isEmpty { return name }
        }
        return ""
    }

    /// The PG* variables, or the library's defaults for those not set.
    static var defaults: [String: String] {
        var defaults: [String: String] = [:]
        if let options = PQconndefaults() {
            defer { PQconninfoFree(options) }
            var option = options
            while let keyword = option.pointee.keyword {
                if let value = option.pointee.val {
                    defaults[String(cString: keyword)] = String(cString: value)
                }
                option += 1
            }
        }
        return defaults
    }

    private static func quoted(_ name: String) -> String {
        "\"" + name.replacingUTF8("\"", with: "\"\"") + "\""
    }
}
