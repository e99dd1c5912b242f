/// What a look at everything in a site's folder has found.
public struct SiteVerification: Sendable, Hashable {
    public var faults: [SiteFault] = []
    /// Objects that were compared with their names, byte by byte.
    public var objects = 0
    /// Files of both trees that were compared with their objects.
    public var files = 0
    /// Bytes that were read.
    public var bytes = 0

    public init() {}

    /// Faults that nothing was done about.
    public var remaining: [SiteFault] { faults.filter { $0.remedy == .none } }

    /// Whether the next build has something to make.
    public var needsBuild: Bool { faults.contains(where: \.needsBuild) }
}
