public import Core
import Glibc

/// A failed system call: the action, its object, and the operating system's reason.
public struct SystemError: DiagnosedError, Hashable, Sendable {
    public var operation: String
    public var path: String?
    public var number: Int32

    public init(_ operation: String, path: String? = nil, number: Int32? = nil) {
        self.operation = operation
        self.path = path
        self.number = number ?? errno
    }

    /// Whether there is no space left: a full disk or an exhausted quota.
    public var isOutOfSpace: Bool { number == ENOSPC || number == EDQUOT }
    /// Whether an operation timed out.
    public var isTimeout: Bool { number == ETIMEDOUT }
    /// Whether this process or the system has as many open files as it may.
    public var isOutOfDescriptors: Bool { number == EMFILE || number == ENFILE }
    public var isNotFound: Bool { number == ENOENT }
    /// Whether the name is already taken.
    public var isTaken: Bool { number == EEXIST }
    /// Whether a file has the most names (hard links) that its file system allows.
    public var isTooManyLinks: Bool { number == EMLINK }
    /// Whether the file system has no hard links, or none between these two places.
    public var lacksLinks: Bool { [EPERM, EXDEV, EOPNOTSUPP, ENOSYS].contains(number) }
    /// Whether the file system rejects the file's name.
    public var isUnfitName: Bool { [ENAMETOOLONG, EILSEQ, EINVAL].contains(number) }
    /// Whether a path leads through a file, or a folder is in the place of a file.
    public var isMisplaced: Bool { [ENOTDIR, EISDIR, ENOTEMPTY, EEXIST, ELOOP].contains(number) }

    /// The operating system's message, such as "No space left on device".
    public var reason: String {
        String(cString: strerror(number))
    }

    /// The diagnostic for the machine's operator.
    public var diagnostic: Diagnostic {
        Diagnostic(
            .fileSystem, "cannot \(operation)\(path.map { " '\($0)'" } ?? ""): \(reason)",
            hint: isOutOfSpace
                ? "free some space and run the command again; the published site is unchanged"
                : nil)
    }
}
