import Foundation

/// The readable findings of a long check of `make soak`.
public struct SoakReport {
    /// Whether the long checks run; `scripts/soak` asks for them.
    public static var isWanted: Bool {
        ProcessInfo.processInfo.environment["ROBBIEBLOCKS_SOAK"] == "1"
    }

    /// Where it is written.
    public let file: String
    private var text = ""

    /// - Parameter part: the name of the part, as `scripts/soak` has it.
    public init(_ part: String) throws {
        let folder = ProjectFolder.path + "/Tests/output/soak"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        file = "\(folder)/\(part).txt"
    }

    /// Writes down what one check has looked at, and what it has found wrong.
    public mutating func add(_ check: String, faults: [String]) throws {
        text += "\(check): \(faults.isEmpty ? "nothing is wrong" : "\(faults.count) faults")\n"
        for fault in faults { text += "  \(fault)\n" }
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }
}
