/// How much of a site one look covers, and where the next one goes on.
///
/// The cost has a bound whatever the size of the site: all of a small site is looked at each time, and
/// of a larger one another part each time.
public struct SiteSample: Sendable {
    /// Files that are looked at in any case.
    var files: Int
    /// How long more files are looked at.
    var milliseconds: Int
    /// Bytes of files that are read and compared, too.
    var bytes: Int
    /// The row of the ledger after which the next look begins; nil is anywhere.
    var position: Int?

    /// For the start of a build, which is waited for.
    public static let start = SiteSample(files: 512, milliseconds: 8, bytes: 256 << 10)
    /// For a watch that has nothing to do.
    public static let idle = SiteSample(files: 1024, milliseconds: 10, bytes: 4 << 20)
}
