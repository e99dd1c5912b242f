public import Diagnostics

/// What a build did, and how long each part of it took.
public struct BuildReport: Sendable {
    public enum Outcome: Sendable, Hashable {
        case published(release: Int)
        /// The files are those of the current release.
        case unchanged(release: Int)
        /// A fault kept the build from publishing; the last good site stays.
        case refused
    }

    public struct Phase: Sendable, Hashable, Codable {
        public var name: String
        public var milliseconds: Double
    }

    public var node: String
    public var outcome: Outcome = .refused
    /// Pages that were rendered now.
    public var rendered = 0
    /// Pages whose last good version was kept.
    public var kept = 0
    /// Pages that failed, and what was kept is not counted.
    public var failed = 0
    public var files = 0
    public var bytes = 0
    /// SHA-256 over the release, in hexadecimal.
    public var buildHash = ""
    public var phases: [Phase] = []
    public var diagnostics: [Diagnostic] = []

    public init(node: String) { self.node = node }

    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}
