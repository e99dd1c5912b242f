import Publishing
import System
import TestSupport

/// One site folder of a test, and short ways to publish into it.
struct TestPublisher {
    let output: TestFolder
    let folder: SiteFolder
    var path: String { folder.path }

    init() throws {
        output = try TestFolder()
        folder = try SiteFolder(output: output.path, node: "n")
    }

    /// What another process would open.
    func reopened() throws -> SiteFolder { try SiteFolder(output: output.path, node: "n") }

    static func record(
        _ id: String, at file: String, fingerprint: String = "", version: Int64 = 1,
        inputs: [String] = []
    ) -> PageRecord {
        PageRecord(
            id: id, key: "key-\(id)", file: file,
            fingerprint: SHA256Digest(hashing: fingerprint), version: version, inputs: inputs)
    }

    /// Publishes pages, each named by its file, over what is there.
    @discardableResult
    func publish(
        _ pages: [String: String], removing removed: [String] = [], keep: Int = 10,
        cause: String = "test"
    ) throws -> ReleaseDraft.Outcome {
        let draft = try folder.beginRelease()
        for (file, text) in pages {
            try draft.put(
                Self.record(file, at: file, fingerprint: text), html: Array(text.utf8),
                reason: "text", effort: nil)
        }
        for id in removed { try draft.removePage(id: id) }
        return try draft.publish(cause: cause, keep: keep)
    }

    /// Publishes whatever `body` does to a draft.
    @discardableResult
    func publish(
        keep: Int = 10, _ body: (ReleaseDraft) throws -> Void
    ) throws -> ReleaseDraft.Outcome {
        let draft = try folder.beginRelease()
        try body(draft)
        return try draft.publish(cause: "test", keep: keep)
    }

    /// How many objects are in the store.
    func objectCount() throws -> Int {
        let objects = try Directory(path + "/objects")
        return try objects.names().reduce(0) { try $0 + objects.names(in: $1).count }
    }

    /// Path → text of what is served.
    func served() throws -> [String: String] { try PublishedTree.texts(at: path + "/current") }
}
