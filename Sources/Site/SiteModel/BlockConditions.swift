public import Core

/// The builds that a block takes part in: `{"nodes": […], "apps": […], "themes": […], "from": …,
/// "until": …, "not": {…}}`. Every key that is present must match.
public indirect enum BlockConditions: Hashable, Sendable {
    case all([BlockConditions])
    case nodes(Set<String>)
    case apps(Set<String>)
    case themes(Set<String>)
    /// Milliseconds since 1970.
    case from(Int)
    case until(Int)
    case not(BlockConditions)

    /// The values against which conditions are evaluated.
    public struct Context: Hashable, Sendable {
        public var node: String
        /// The apps of the node, and `shared`.
        public var apps: Set<String>
        public var theme: String
        /// The time of the snapshot, in milliseconds since 1970.
        public var now: Int

        public init(node: String, apps: Set<String>, theme: String, now: Int) {
            self.node = node
            self.apps = apps
            self.theme = theme
            self.now = now
        }
    }

    public func hold(in context: Context) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.hold(in: context) }
        case .nodes(let nodes): nodes.contains(context.node)
        case .apps(let apps): !apps.isDisjoint(with: context.apps)
        case .themes(let themes): themes.contains(context.theme)
        case .from(let time): context.now >= time
        case .until(let time): context.now < time
        case .not(let inner): !inner.hold(in: context)
        }
    }

    /// Returns the first time after `now` at which the result may change, in milliseconds since
    /// 1970; nil when it no longer depends on time.
    public func nextChange(after now: Int) -> Int? {
        switch self {
        case .all(let parts): parts.compactMap { $0.nextChange(after: now) }.min()
        case .from(let time), .until(let time): time > now ? time : nil
        case .not(let inner): inner.nextChange(after: now)
        case .nodes, .apps, .themes: nil
        }
    }

    /// Parses the text of `conditions`.
    ///
    /// - Parameter apps: every existing app; any other name is an error, since such a block would
    ///   silently disappear.
    public init(
        parsing text: [UInt8], apps: Set<String>, nodes: Set<String>, location: Diagnostic.Location
    ) throws(Diagnostic) {
        var location = location
        location.field = "conditions"
        guard let value = try? JSONValue(parsing: text) else {
            throw Diagnostic(.badConditions, "the conditions are not JSON", at: location)
        }
        self = try Self.read(value, apps: apps, nodes: nodes, location: location, depth: 0)
    }

    private static func read(
        _ value: JSONValue, apps: Set<String>, nodes: Set<String>, location: Diagnostic.Location,
        depth: Int
    ) throws(Diagnostic) -> BlockConditions {
        func bad(_ reason: String, hint: String? = nil) -> Diagnostic {
            Diagnostic(.badConditions, reason, at: location, hint: hint)
        }
        guard let members = value.object else { throw bad("the conditions are not an object") }
        guard depth < 16 else { throw bad("the conditions are nested more than 16 deep") }
        func words(_ key: String, _ value: JSONValue, known: Set<String>, code: Diagnostic.Code)
            throws(Diagnostic) -> Set<String>
        {
            let list = value.string.map { [JSONValue.string($0)] } ?? value.array
            guard let list else { throw bad("'\(key)' in the conditions is not a list of names") }
            var names: Set<String> = []
            for item in list {
                guard let name = item.string else {
                    throw bad("'\(key)' in the conditions is not a list of names")
                }
                guard known.contains(name) else {
                    throw Diagnostic(
                        code,
                        "the conditions name \(key.dropLast()) '\(name)', which does not exist",
                        at: location, hint: suggestion(for: name, among: Array(known)))
                }
                names.insert(name)
            }
            return names
        }
        var parts: [BlockConditions] = []
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            switch key {
            case "nodes":
                parts.append(
                    .nodes(try words(key, value, known: nodes, code: .badConditions)))
            case "apps": parts.append(.apps(try words(key, value, known: apps, code: .unknownApp)))
            case "themes":
                parts.append(
                    .themes(
                        try words(
                            key, value, known: ["dark", "light", "professional"],
                            code: .badConditions)))
            case "from", "until":
                guard let text = value.string, let time = parseTimestamp(text) else {
                    throw bad(
                        "'\(key)' in the conditions is not a time",
                        hint: "write it like 2026-11-30T09:00:00Z")
                }
                parts.append(key == "from" ? .from(time) : .until(time))
            case "not":
                parts.append(
                    .not(
                        try read(
                            value, apps: apps, nodes: nodes, location: location, depth: depth + 1)))
            default:
                throw bad(
                    "the conditions have an unknown key '\(key)'",
                    hint: suggestion(
                        for: key, among: ["nodes", "apps", "themes", "from", "until", "not"]))
            }
        }
        return .all(parts)
    }
}
