import Diagnostics
import Publishing
import SystemSupport
import TestSupport
import Testing

@Suite struct ReleaseTests {
    private func publish(
        _ files: [String: String], in output: String
    ) throws -> ReleaseWriter.Outcome {
        let folder = try SiteFolder(output: output, node: "n")
        let release = try folder.beginRelease()
        for (path, text) in files {
            try release.add(Array(text.utf8), at: path, page: path, effort: nil)
        }
        return try release.publish()
    }

    @Test func swapsBetweenTwoTrees() throws {
        let output = try TestFolder()
        #expect(try publish(["index.html": "1"], in: output.path) == .published(release: 1))
        let folder = try Directory(output.path + "/n")
        #expect(folder.target(ofLink: "current") == "trees/a")
        #expect(try publish(["a/b/index.html": "2"], in: output.path) == .published(release: 2))
        #expect(folder.target(ofLink: "current") == "trees/b")
        #expect(folder.exists("current/a/b/index.html") && !folder.exists("current/index.html"))
        #expect(try publish(["a/b/index.html": "2"], in: output.path) == .unchanged(release: 2))
        #expect(folder.target(ofLink: "current") == "trees/b")
        #expect(!folder.exists("trees/a"))
    }

    @Test func lastsThroughAReleaseThatWasNeverFinished() throws {
        let output = try TestFolder()
        _ = try publish(["index.html": "1"], in: output.path)
        do {
            let folder = try SiteFolder(output: output.path, node: "n")
            let release = try folder.beginRelease()
            try release.add(Array("half".utf8), at: "index.html", effort: nil)
        }
        let folder = try Directory(output.path + "/n")
        #expect(try folder.read("current/index.html") == Array("1".utf8))
        #expect(try publish(["index.html": "2"], in: output.path) == .published(release: 2))
        #expect(try folder.read("current/index.html") == Array("2".utf8))
    }

    @Test func neverWritesIntoTheServedTree() throws {
        let output = try TestFolder()
        _ = try publish(["index.html": "1"], in: output.path)
        let root = try Directory(output.path + "/n")
        try root.remove("releases/1")
        let folder = try SiteFolder(output: output.path, node: "n")
        #expect(throws: (any Error).self) { try folder.currentRelease() }
        let release = try folder.beginRelease(overDamage: true)
        #expect(try root.read("current/index.html") == Array("1".utf8))
        try release.add(Array("2".utf8), at: "index.html", effort: nil)
        #expect(try release.publish() == .published(release: 1))
        #expect(try root.read("current/index.html") == Array("2".utf8))
    }

    @Test func letsOneBuildInAtATime() throws {
        let output = try TestFolder()
        let folder = try SiteFolder(output: output.path, node: "n")
        let release = try folder.beginRelease()
        let fault = #expect(throws: Diagnostic.self) { try folder.beginRelease() }
        #expect(fault?.message == "another build of this site is under way")
        try release.discard()
    }

    @Test func manifestsSurviveTheJourney() throws {
        let manifest = Manifest(files: [
            "a b/index.html": .init(
                digest: SHA256Digest(hashing: "x"), size: 3, page: "a page, 100%"),
            "assets/é.css": .init(digest: SHA256Digest(hashing: "y"), size: 0),
            "-/index.html": .init(digest: SHA256Digest(hashing: "z"), size: 1, page: "-"),
        ])
        #expect(try Manifest(parsing: manifest.text, file: "m") == manifest)
        #expect(throws: Diagnostic.self) { try Manifest(parsing: Array("junk\n".utf8), file: "m") }
    }

    @Test func writesCompressedFormsThatPay() throws {
        let output = try TestFolder()
        let folder = try SiteFolder(output: output.path, node: "n")
        let release = try folder.beginRelease()
        let text = Array(String(repeating: "robbie blocks ", count: 200).utf8)
        try release.add(text, at: "index.html", effort: .page)
        try release.add(Array("tiny".utf8), at: "tiny.html", effort: .page)
        try release.add(text, at: "photo.png", effort: .page)
        #expect(
            Set(release.manifest.files.keys) == [
                "index.html", "index.html.gz", "index.html.br", "tiny.html", "photo.png",
            ])
        try release.discard()
    }

    @Test func carriesNoCompressedFormBesideANewerFile() throws {
        let output = try TestFolder()
        let folder = try SiteFolder(output: output.path, node: "n")
        let old = [UInt8](repeating: 97, count: 4096)
        do {
            let release = try folder.beginRelease()
            try release.add(old, at: "moved/index.html", page: "moved", effort: .page)
            try release.add(old, at: "sitemap.xml", effort: .page)
            _ = try release.publish()
        }
        let release = try folder.beginRelease()
        try release.add(Array("new".utf8), at: "moved/index.html", page: "other", effort: nil)
        try release.add(Array("new".utf8), at: "sitemap.xml", effort: nil)
        #expect(try release.carryOver(pages: ["moved"]) == [])
        #expect(Set(release.manifest.files.keys) == ["moved/index.html", "sitemap.xml"])
    }

    /// A build that looked at the site, and then waited while another one published.
    @Test func neverWritesIntoTheTreeThatIsServed() throws {
        let output = try TestFolder()
        let early = try SiteFolder(output: output.path, node: "n")
        #expect(try early.currentRelease()?.number == nil)
        _ = try publish(["index.html": "1"], in: output.path)
        let release = try early.beginRelease()
        #expect(release.current?.number == 1)
        let folder = try Directory(output.path + "/n")
        #expect(try folder.read("current/index.html") == Array("1".utf8))
    }
}
