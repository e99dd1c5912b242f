import Core
import Publishing
import System
import TestSupport
import Testing

@Suite struct DraftTests {
    private func put(
        _ draft: ReleaseDraft, _ id: String, at file: String, _ text: String,
        effort: Compression.Effort? = nil
    ) throws {
        try draft.put(
            TestPublisher.record(id, at: file, fingerprint: text), html: Array(text.utf8),
            reason: "moved", effort: effort)
    }

    /// Every order of the calls must give the same site.
    @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]])
    func pagesMayTakeEachOthersPaths(order: [Int]) throws {
        let site = try TestPublisher()
        try site.publish { draft in
            for name in ["a", "b", "c", "d"] { try put(draft, name, at: "\(name).html", name) }
        }
        // a and b swap, c goes, d takes its place.
        try site.publish { draft in
            for step in order {
                switch step {
                case 0: try put(draft, "a", at: "b.html", "a")
                case 1: try put(draft, "b", at: "a.html", "b")
                case 2: try draft.removePage(id: "c")
                default: try put(draft, "d", at: "c.html", "new d")
                }
            }
        }
        #expect(try site.served() == ["a.html": "b", "b.html": "a", "c.html": "new d"])
        #expect(try PublishedTree.verify(site.folder) == 2)
        #expect(
            try site.folder.state().pages.mapValues(\.file)
                == ["a": "b.html", "b": "a.html", "d": "c.html"])
    }

    @Test func aFileMayTakeTheNameOfAFolderAndBack() throws {
        let site = try TestPublisher()
        try site.publish { try put($0, "a", at: "docs/deep/index.html", "1") }
        try site.publish { try put($0, "a", at: "docs", "2") }
        #expect(try site.served() == ["docs": "2"])
        try site.publish { try put($0, "a", at: "docs/deep/index.html", "3") }
        #expect(try site.served() == ["docs/deep/index.html": "3"])
        try site.publish { try put($0, "a", at: "docs", "4") }
        #expect(try site.served() == ["docs": "4"])
    }

    @Test func whatIsTakenBackIsNoChange() throws {
        let site = try TestPublisher()
        try site.publish(["index.html": "1", "other.html": "o"])
        let outcome = try site.publish { draft in
            try put(draft, "index.html", at: "index.html", "2")
            try put(draft, "index.html", at: "index.html", "3")
            try draft.removePage(id: "other.html")
            try draft.setAsset(
                path: "a.css", bytes: [1, 2, 3], isImmutable: false, effort: nil)
            try draft.setAsset(path: "a.css", bytes: nil, isImmutable: false, effort: nil)
            try put(draft, "other.html", at: "other.html", "o")
            try put(draft, "index.html", at: "index.html", "1")
            #expect(try draft.counts == (2, 2, 2))
        }
        #expect(outcome == .unchanged(release: 1))
        #expect(try site.objectCount() == 2)
        #expect(try PublishedTree.verify(site.folder) == 1)
    }

    @Test func recordsWithoutFilesMakeNoRelease() throws {
        let site = try TestPublisher()
        try site.publish(["index.html": "1"])
        var record = TestPublisher.record("index.html", at: "index.html", fingerprint: "1")
        #expect(try site.publish { try $0.update(record) } == .unchanged(release: 1))
        record.version = 5
        record.due = 1_700_000_000_000
        record.inputs = ["component:hero", "pages"]
        #expect(try site.publish { try $0.update(record) } == .unchanged(release: 1))
        let failure = PageFailure(
            page: "broken", fingerprint: SHA256Digest(hashing: "f"), since: 7,
            diagnostics: "[]")
        let inputs = ["component:hero": SHA256Digest(hashing: "h")]
        try site.publish { draft in
            try draft.setInputs(inputs)
            try draft.setFailures([failure])
        }
        let state = try site.reopened().state()
        #expect(state.release == 1)
        #expect(state.pages == ["index.html": record])
        #expect(state.inputs == inputs)
        #expect(state.failures == [failure])
        #expect(try site.folder.failures() == [failure])
        #expect(try site.folder.releases().map(\.number) == [1])
        try site.publish { draft in
            try draft.setInputs([:])
            try draft.setFailures([])
        }
        #expect(try site.folder.state().inputs.isEmpty && site.folder.failures().isEmpty)
    }

    @Test func writesCompressedFormsThatPay() throws {
        let site = try TestPublisher()
        let text = String(repeating: "robbie blocks ", count: 200)
        let bytes = Array(text.utf8)
        try site.publish { draft in
            try put(draft, "home", at: "index.html", text, effort: .page)
            try put(draft, "tiny", at: "tiny.html", "tiny", effort: .page)
            try draft.setAssets(
                [("photo.png", bytes, false), ("a.css", bytes, false)], keepsOld: false,
                effort: .asset)
            #expect(try draft.pageCounts == (0, 2))
        }
        let all = [
            "index.html", "index.html.gz", "index.html.br", "tiny.html", "photo.png", "a.css",
            "a.css.gz", "a.css.br",
        ]
        #expect(try Set(site.served().keys) == Set(all))
        // What is not changed is not compressed again, and its forms stay.
        let same = try site.publish { draft in
            try put(draft, "home", at: "index.html", text, effort: .page)
            try draft.setAssets(
                [("photo.png", bytes, false), ("a.css", bytes, false)], keepsOld: false,
                effort: .asset)
        }
        #expect(same == .unchanged(release: 1))
        // A compressed form never stands beside a newer file.
        try site.publish { draft in
            try put(draft, "home", at: "index.html", "short", effort: .page)
            try draft.setAsset(path: "a.css", bytes: bytes, isImmutable: false, effort: nil)
        }
        #expect(
            try Set(site.served().keys) == ["index.html", "tiny.html", "photo.png", "a.css"])
        #expect(try PublishedTree.verify(site.folder) == 2)
    }

    @Test func aRenamedKeyIsInTheManifestAndNoNewRelease() throws {
        let site = try TestPublisher()
        let text = String(repeating: "robbie blocks ", count: 200)
        try site.publish { try put($0, "home", at: "index.html", text, effort: .page) }
        var record = TestPublisher.record("home", at: "index.html", fingerprint: text)
        record.key = "renamed"
        let outcome = try site.publish { draft in
            try draft.put(record, html: Array(text.utf8), reason: "renamed", effort: .page)
        }
        #expect(outcome == .unchanged(release: 1))
        let manifest = try site.folder.manifest(of: 1)
        #expect(manifest.files.count == 3)
        #expect(manifest.files.values.allSatisfy { $0.page == "renamed" })
        #expect(try PublishedTree.verify(site.folder) == 1)
    }

    @Test func assetsAreExactlyThese() throws {
        let site = try TestPublisher()
        func assets(_ names: [String], keepsOld: Bool = false) throws {
            try site.publish { draft in
                try put(draft, "home", at: "index.html", "home")
                try draft.setAssets(
                    names.map { ($0, Array($0.utf8), $0.hasPrefix("i-")) }, keepsOld: keepsOld,
                    effort: nil)
            }
        }
        func live() throws -> Set<String> {
            let release = try #require(try site.folder.currentRelease())
            return Set(try site.folder.manifest(of: release.number).files.keys)
        }
        try assets(["i-1.js", "i-2.js", "robots.txt", "tokens.css"])
        try assets(["i-2.js", "robots.txt"], keepsOld: true)
        #expect(try live() == ["index.html", "i-1.js", "i-2.js", "robots.txt"])
        try assets(["i-2.js", "robots.txt"])
        #expect(try live() == ["index.html", "i-2.js", "robots.txt"])
        try site.publish { draft in
            try draft.setAsset(
                path: "sitemap.xml", bytes: [1], isImmutable: false, effort: nil)
            try draft.setAsset(path: "robots.txt", bytes: nil, isImmutable: false, effort: nil)
        }
        #expect(try live() == ["index.html", "i-2.js", "sitemap.xml"])
        #expect(try PublishedTree.verify(site.folder) != nil)
    }

    /// A page and an asset may follow each other at one path.
    @Test(arguments: [true, false])
    func aPageMayTakeThePathOfAnAsset(pageFirst: Bool) throws {
        let site = try TestPublisher()
        func page(_ draft: ReleaseDraft) throws {
            try put(draft, "missing", at: "404.html", "page")
        }
        func assets(_ draft: ReleaseDraft, _ names: [String]) throws {
            try draft.setAssets(
                names.map { ($0, Array("asset".utf8), false) }, keepsOld: false, effort: nil)
        }
        try site.publish { try assets($0, ["404.html", "x"]) }
        try site.publish { draft in
            if pageFirst { try page(draft) }
            try assets(draft, ["x"])
            if !pageFirst { try page(draft) }
        }
        #expect(try site.served() == ["404.html": "page", "x": "asset"])
        try site.publish { draft in
            if pageFirst { try draft.removePage(id: "missing") }
            try assets(draft, ["404.html", "x"])
            if !pageFirst { try draft.removePage(id: "missing") }
        }
        #expect(try site.served() == ["404.html": "asset", "x": "asset"])
        #expect(try PublishedTree.verify(site.folder) == 3)
    }

    @Test func pagesMayBePutFromSeveralTasks() async throws {
        let site = try TestPublisher()
        let draft = try site.folder.beginRelease()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<50 {
                        // Half of the pages have the same bytes, which are one object.
                        let text = number % 2 == 0 ? "same" : "\(task)-\(number)"
                        try draft.put(
                            TestPublisher.record(
                                "\(task)-\(number)", at: "\(task)/\(number).html"),
                            html: Array(text.utf8), reason: "", effort: nil)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try draft.counts.pages == 400)
        #expect(try draft.publish(cause: "", keep: 10) == .published(release: 1))
        #expect(try PublishedTree.verify(site.folder) == 1)
        #expect(try site.objectCount() == 201)
    }

    @Test func saysWhyAPageWasRendered() throws {
        let site = try TestPublisher()
        func render(_ text: String, _ reason: String) throws {
            try site.publish { draft in
                try draft.put(
                    TestPublisher.record("home", at: "index.html", fingerprint: text),
                    html: Array(text.utf8), reason: reason, effort: nil)
            }
        }
        try render("1", "first build")
        try site.publish(["other.html": "o"])
        try render("3", "content edited")
        let reasons = try site.folder.reasons(route: "index.html", release: nil)
        #expect(reasons.map(\.release) == [3, 1])
        #expect(reasons.map(\.reason) == ["content edited", "first build"])
        #expect(reasons.map(\.page) == ["key-home", "key-home"])
        #expect(
            try site.folder.reasons(route: "index.html", release: 2).map(\.reason)
                == ["first build"])
        #expect(try site.folder.reasons(route: "none.html", release: nil).isEmpty)
        // The last rendering is remembered when its release is long gone.
        for number in 0..<6 { try site.publish(["other.html": "o\(number)"], keep: 2) }
        #expect(
            try site.folder.reasons(route: "index.html", release: nil).map(\.reason)
                == ["content edited"])
    }
}
