public import Core
import Glibc

/// A system call that failed: what was attempted, on what, and the operating system's reason.
public struct SystemError: DiagnosedError, Hashable, Sendable {
    public var operation: String
    public var path: String?
    public var number: Int32

    public init(_ operation: String, path: String? = nil, number: Int32? = nil) {
        self.operation = operation
        self.path = path
        self.number = number ?? errno
    }

    /// True for the errors that mean "no room": a full disk or an exhausted quota.
    public var isOutOfSpace: Bool { number == ENOSPC || number == EDQUOT }
    /// True when something took longer than it may.
    public var isTimeout: Bool { number == ETIMEDOUT }
    public var isNotFound: Bool { number == ENOENT }
    /// True when something else has the name already.
    public var isTaken: Bool { number == EEXIST }
    /// True when a file has all the names that its file system allows.
    public var isTooManyLinks: Bool { number == EMLINK }
    /// True when the file system has no hard links, or not between these two places.
    public var lacksLinks: Bool { [EPERM, EXDEV, EOPNOTSUPP, ENOSYS].contains(number) }
    /// True when the file system cannot hold a file of this name.
    public var isUnfitName: Bool { [ENAMETOOLONG, EILSEQ, EINVAL].contains(number) }
    /// True when a path leads through what is no folder, or a folder stands where a file should.
    public var isMisplaced: Bool { [ENOTDIR, EISDIR, ENOTEMPTY, EEXIST, ELOOP].contains(number) }

    /// The operating system's own words, such as "No space left on device".
    public var reason: String {
        String(cString: strerror(number))
    }

    /// What the operator of the machine must know.
    public var diagnostic: Diagnostic {
        Diagnostic(
            .fileSystem, "cannot \(operation)\(path.map { " '\($0)'" } ?? ""): \(reason)",
            hint: isOutOfSpace
                ? "free some space and run the command again; the published site is unchanged"
                : nil)
    }
}
