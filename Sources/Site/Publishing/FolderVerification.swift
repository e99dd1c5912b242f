/// The result of a full verification of a site's folder.
public struct FolderVerification: Sendable, Hashable {
    public var faults: [FolderFault] = []
    /// The number of objects that were compared with their names, byte by byte.
    public var objects = 0
    /// The number of files of both trees that were compared with their objects.
    public var files = 0
    /// The number of bytes read.
    public var bytes = 0

    public init() {}

    /// Faults without a remedy.
    public var remaining: [FolderFault] { faults.filter { $0.remedy == .none } }

    /// Whether the next build must recreate something.
    public var needsBuild: Bool { faults.contains(where: \.needsBuild) }
}
