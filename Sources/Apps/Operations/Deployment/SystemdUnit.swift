public import Core

/// A supervised and sandboxed systemd service, started with the machine: `robbieblocks watch`,
/// which keeps nodes live, or `robbieblocks chat`, which answers their visitors.
///
/// ```swift
/// let unit = try SystemdUnit(
///     nodes: .named(["testpilot"]), program: "/opt/robbieblocks/robbieblocks",
///     project: "/opt/robbieblocks", output: "/srv/sites")
/// print(unit.text)  // for /etc/systemd/system/robbieblocks-testpilot.service
/// ```
public struct SystemdUnit: Hashable, Sendable {
    /// The sites that the service watches.
    public enum Nodes: Hashable, Sendable {
        case named([String])
        /// All nodes in the database, including later ones.
        case all
    }

    /// The work of the service.
    public enum Work: Hashable, Sendable {
        case watch
        /// Answers on this port of the loopback address, to which nginx forwards.
        case chat(port: Int)
    }

    let work: Work
    let nodes: Nodes
    let program: String
    let project: String
    let output: String
    let state: String
    let user: String
    let environmentFile: String
    let metricsPort: Int?

    /// - Parameters:
    ///   - nodes: named for chat, which serves only the nodes that it is given.
    ///   - program: the absolute path of `robbieblocks`.
    ///   - project: the absolute path of the folder with templates and branding, the working
    ///     directory.
    ///   - output: the absolute path of the folder that holds `<node>/current`.
    ///   - state: the folder of an embedded server's files; nil for `.robbieblocks` of the project.
    ///   - user: the user of the process, who owns the output folder and nothing else.
    ///   - environmentFile: a file with `DATABASE_URL=…`, so that the password is not in the unit,
    ///     which every user of the machine can read.
    ///   - metricsPort: the port of the loopback address for metrics; nil for none.
    /// - Throws: `.usage` for a value with a special meaning to systemd.
    public init(
        _ work: Work = .watch, nodes: Nodes, program: String, project: String, output: String,
        state: String? = nil,
        user: String = "robbieblocks", environmentFile: String = "/etc/robbieblocks.env",
        metricsPort: Int? = nil
    ) throws(Diagnostic) {
        if case .named(let names) = nodes {
            guard !names.isEmpty else {
                throw Diagnostic(.usage, "no node is given", hint: "give --node NODE or --all")
            }
            for name in names { _ = try ServiceValue.node(name) }
        } else if case .chat = work {
            throw Diagnostic(
                .usage, "a chat service needs its nodes by name: --all is not supported",
                hint: "give --node NODE for each")
        }
        if case .chat(let port) = work { _ = try ServiceValue.port(port) }
        self.work = work
        self.nodes = nodes
        self.program = try SystemdValue.path(program, "program")
        self.project = try SystemdValue.path(project, "project folder")
        self.output = try SystemdValue.path(output, "output folder")
        self.state = try SystemdValue.path(
            state ?? self.project + "/.robbieblocks", "state folder")
        self.user = try SystemdValue.user(user)
        self.environmentFile = try SystemdValue.file(environmentFile, "environment file")
        if let metricsPort { _ = try ServiceValue.port(metricsPort) }
        self.metricsPort = metricsPort
    }

    /// The name of the file, without a folder: `robbieblocks-testpilot.service`.
    public var name: String {
        let program = work == .watch ? "robbieblocks" : "robbieblocks-chat"
        return switch nodes {
        case .named(let names) where names.count == 1: "\(program)-\(names[0]).service"
        case .named, .all: program + ".service"
        }
    }

    /// Whether a path that the service needs is one of `folders` or in one of them.
    func needs(_ folders: [String]) -> Bool {
        [program, project, output, state].contains { path in
            folders.contains { path == $0 || path.hasUTF8Prefix($0 + "/") }
        }
    }
}
