import Foundation

/// A folder of a test's own, removed with its last owner.
public final class TestFolder: Sendable {
    /// Without a final slash.
    public let path: String

    public init() throws {
        path = NSTemporaryDirectory() + "robbieblocks-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and the folders above it.
    public func write(_ name: String, _ text: String) throws {
        try write(name, Array(text.utf8))
    }

    public func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    public func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path + "/" + name, withDestinationPath: destination)
    }

    /// Points a symlink elsewhere as publishing does: a new one, renamed over the old.
    public func swap(_ name: String, to destination: String) throws {
        try link(name + ".next", to: destination)
        guard rename(path + "/" + name + ".next", path + "/" + name) == 0 else {
            throw HTTPClient.Failure(description: "rename: \(String(cString: strerror(errno)))")
        }
    }
}
