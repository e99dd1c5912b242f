import Publishing
import System
import TestSupport
import Testing

/// A site of a few pages, built from texts in the way in which the pipeline builds one from rows.
final class TinySite {
    let publisher: TestPublisher
    private(set) var folder: SiteFolder
    /// Page id, which is its file, → text.
    var texts: [String: String]
    private var versions: [String: Int64] = [:]
    var assets = ["assets/a-1.js": "script", "assets/tokens.css": "sheet", "robots.txt": "all"]

    init(pages: Int = 12) throws {
        publisher = try TestPublisher()
        folder = publisher.folder
        texts = Dictionary(
            uniqueKeysWithValues: (0..<pages).map { number in
                let file = number == 0 ? "index.html" : "docs/part \(number)/index.html"
                return (file, String(repeating: "Text of page \(number). ", count: 40))
            })
    }

    var path: String { publisher.path }

    /// Writes a page's row.
    func edit(_ file: String, _ text: String) {
        texts[file] = text
        versions[file, default: 1] += 1
    }

    /// What another process would open.
    func reopen() throws { folder = try publisher.reopened() }

    /// - Returns: what was wrong in the folder.
    @discardableResult
    func build(isForced: Bool = false) throws -> [FolderFault] {
        if !folder.isInPlace { try reopen() }
        var sample = InspectionSample.start
        var faults =
            isForced
            ? try folder.verify(repairs: true, overHold: true).faults
            : try folder.inspect(&sample)
        for attempt in 1... {
            do {
                try publish()
                return faults
            } catch let error where attempt < 3 && folder.isDamage(error) {
                faults += try folder.verify(repairs: true, overHold: isForced).faults
            }
        }
        return faults
    }

    private func publish() throws {
        let state = try folder.state()
        let draft = try folder.beginRelease()
        for (file, text) in texts {
            let version = versions[file] ?? 1
            if state.pages[file]?.version == version { continue }
            try draft.put(
                TestPublisher.record(file, at: file, fingerprint: text, version: version),
                html: Array(text.utf8), reason: "text", effort: .page)
        }
        for id in state.pages.keys where texts[id] == nil { try draft.removePage(id: id) }
        if state.provenance.sources == nil {
            try draft.setAssets(
                assets.map { ($0.key, Array($0.value.utf8), $0.key.contains("-")) },
                keepsOld: false, effort: .asset)
            var provenance = ReleaseProvenance()
            provenance.sources = SHA256Digest(hashing: "")
            try draft.setProvenance(provenance)
        }
        _ = try draft.publish(cause: "test", keep: 4)
    }

    /// Compares what is served with the texts, and everything in the folder with itself.
    func verify(_ comment: String = "") throws {
        let folder = try publisher.reopened()
        let served = try publisher.served().filter { !$0.key.hasSuffix(".gz") }
            .filter { !$0.key.hasSuffix(".br") }
        let expected = texts.merging(assets) { page, _ in page }
        #expect(served == expected, "\(comment)")
        try PublishedTree.verify(folder)
        let faults = try folder.verify(repairs: false).faults
        #expect(faults.isEmpty, "\(comment): \(faults)")
    }
}
