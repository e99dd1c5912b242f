/// How much of a site one inspection covers, and where the next one continues.
///
/// The cost is limited whatever the size of the site: a small site is examined completely each
/// time, and a larger one part by part.
public struct InspectionSample: Sendable {
    /// The least number of files to examine.
    var files: Int
    /// The time for further files, in milliseconds.
    var milliseconds: Int
    /// Bytes of files that are also read and compared.
    var bytes: Int
    /// The row of the ledger after which the next inspection begins; nil begins at a random row.
    var position: Int?

    /// For the start of a build, which waits for the inspection.
    public static let start = InspectionSample(files: 512, milliseconds: 8, bytes: 256 << 10)
    /// For an idle watcher.
    public static let idle = InspectionSample(files: 1024, milliseconds: 10, bytes: 4 << 20)
}
