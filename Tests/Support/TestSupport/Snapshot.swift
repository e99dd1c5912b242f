public import Foundation

/// A file beside the tests with the text that a piece of the program is expected to give.
///
/// `RECORD_SNAPSHOTS=1 swift test` rewrites the files; the commit then shows the difference.
///
/// ```swift
/// enum Sheet: String, CaseIterable { case testpilot = "testpilot.css" }
/// let snapshots = Snapshots(besides: #filePath)
///
/// @Test(arguments: Sheet.allCases) func matches(_ sheet: Sheet) throws {
///     #expect(try snapshots.difference(from: text, name: sheet.rawValue) == nil)
/// }
/// @Test func noneIsOrphaned() throws {
///     #expect(try snapshots.orphans(among: Sheet.allCases.map(\.rawValue)) == [])
/// }
/// ```
public struct Snapshots: Sendable {
    /// The folder `Snapshots` of the test target.
    public let folder: URL
    /// Whether the files are written instead of compared.
    public let isRecording: Bool

    /// - Parameter testFile: `#filePath` of the test.
    public init(besides testFile: String) {
        self.init(
            folder: URL(filePath: testFile).deletingLastPathComponent()
                .appending(path: "Snapshots"),
            isRecording: ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1")
    }

    init(folder: URL, isRecording: Bool) {
        self.folder = folder
        self.isRecording = isRecording
    }

    /// The first line that differs from the file's, in words, or nil when all are the same.
    public func difference(from text: String, name: String) throws -> String? {
        let file = folder.appending(path: name)
        if isRecording {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return nil
        }
        guard let data = try? Data(contentsOf: file) else {
            return "\(name) is not recorded; run the test with RECORD_SNAPSHOTS=1"
        }
        let recorded = String(decoding: data, as: UTF8.self)
        guard recorded != text else { return nil }
        let expected = recorded.split(separator: "\n", omittingEmptySubsequences: false)
        let found = text.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 0..<max(expected.count, found.count) {
            let old = index < expected.count ? String(expected[index]) : "(end)"
            let new = index < found.count ? String(found[index]) : "(end)"
            if old != new {
                return "\(name):\(index + 1): expected “\(old)”, found “\(new)”"
            }
        }
        return "\(name): differs in bytes that look the same"
    }

    /// Files in the folder that no test names: the test they belonged to is gone. None while
    /// recording, when other tests are still writing.
    public func orphans(among names: [String]) throws -> [String] {
        if isRecording { return [] }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        return Set(files).subtracting(names).sorted()
    }
}
