import Foundation
import HTTP
import TestSupport
import Testing

@Suite struct ConditionalRequestTests {
    private let folder: TestFolder
    private static let modified = 1_700_000_000

    init() throws {
        folder = try TestFolder()
        for name in ["page.html", "page.html.br", "page.html.gz", "digits.bin"] {
            try folder.write(name, name == "digits.bin" ? "0123456789" : "bytes of " + name)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(Self.modified))],
                ofItemAtPath: folder.path + "/" + name)
        }
        try folder.write("logo.png", "picture")
        try folder.write("logo.png.br", "never")
    }

    private func get(_ target: String, _ headers: [String: String]) async throws -> HTTPAnswer {
        try await withSite(folder.path) { try await $0.send("GET", target, headers: headers) }
    }

    @Test func aTagThatStillHoldsIsNotSentAgain() async throws {
        let first = try await get("/page.html", [:])
        let tag = try #require(first["etag"])
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
        for condition in [tag, "W/" + tag, "\"other\", \(tag)", "*"] {
            let answer = try await get("/page.html", ["if-none-match": condition])
            #expect(answer.status == 304, "\(condition)")
            #expect(answer["etag"] == tag)
            #expect(answer["cache-control"] == "no-cache")
            #expect(answer["content-length"] == nil)
        }
        for condition in ["\"other\"", "", tag.dropLast() + "x\""] {
            let answer = try await get("/page.html", ["if-none-match": String(condition)])
            #expect(answer.status == 200, "\(condition)")
        }
    }

    /// A publisher derives the time of change from the content, to the nanosecond.
    @Test func theTagTellsApartFilesOfOneSecondAndOneLength() async throws {
        try folder.write("a.txt", "same length 1")
        try folder.write("b.txt", "same length 2")
        for (name, nanoseconds) in [("a.txt", 1), ("b.txt", 2)] {
            var times = [timespec](
                repeating: timespec(tv_sec: Self.modified, tv_nsec: nanoseconds), count: 2)
            #expect(utimensat(AT_FDCWD, folder.path + "/" + name, &times, 0) == 0)
        }
        #expect(try await get("/a.txt", [:])["etag"] != get("/b.txt", [:])["etag"])
    }

    @Test(arguments: [
        ("Tue, 14 Nov 2023 22:13:20 GMT", 304), ("Tue, 14 Nov 2023 22:13:21 GMT", 304),
        ("Tue, 14 Nov 2023 22:13:19 GMT", 200), ("yesterday", 200), ("", 200),
    ])
    func aDateIsComparedToTheSecond(date: String, status: Int) async throws {
        let answer = try await get("/page.html", ["if-modified-since": date])
        #expect(answer.status == status)
        #expect(answer["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT")
        let both = try await get(
            "/page.html", ["if-modified-since": date, "if-none-match": "\"other\""])
        #expect(both.status == 200)
    }

    @Test(arguments: [
        ("br", "br"), ("gzip", "gzip"), ("gzip, deflate, br", "br"), ("*", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"), ("br;q=0, gzip", "gzip"), ("gzip;q=0", nil),
        ("identity", nil), ("br;q=0.2, identity;q=0.9", nil), ("BR", "br"), ("deflate", nil),
        ("*;q=0, gzip;q=0.1", "gzip"), ("br;q=bogus", nil), ("", nil),
    ])
    func compressedSiblingsAreServedToThoseWhoTakeThem(
        accepted: String, coding: String?
    ) async throws {
        let answer = try await get("/page.html", ["accept-encoding": accepted])
        #expect(answer.status == 200)
        #expect(answer["content-encoding"] == coding)
        #expect(answer["content-type"] == "text/html; charset=utf-8")
        #expect(answer["vary"] == "accept-encoding")
        let suffix = coding.map { $0 == "br" ? ".br" : ".gz" } ?? ""
        #expect(answer.text == "bytes of page.html" + suffix)
    }

    @Test func eachFormHasATagOfItsOwn() async throws {
        var tags: Set<String> = []
        for accepted in ["", "br", "gzip"] {
            tags.insert(
                try #require(try await get("/page.html", ["accept-encoding": accepted])["etag"]))
        }
        #expect(tags.count == 3)
        let picture = try await get("/logo.png", ["accept-encoding": "br"])
        #expect(picture["content-encoding"] == nil)
        #expect(picture.text == "picture")
    }

    @Test(arguments: [
        ("bytes=0-3", "0123", "bytes 0-3/10"), ("bytes=8-", "89", "bytes 8-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"), ("bytes=5-100", "56789", "bytes 5-9/10"),
        ("bytes=-100", "0123456789", "bytes 0-9/10"), ("bytes=0-0", "0", "bytes 0-0/10"),
        ("bytes=5-9223372036854775807", "56789", "bytes 5-9/10"),
        ("bytes=-9223372036854775807", "0123456789", "bytes 0-9/10"),
    ])
    func oneRangeIsServed(range: String, text: String, content: String) async throws {
        let answer = try await get("/digits.bin", ["range": range])
        #expect(answer.status == 206)
        #expect(answer.text == text)
        #expect(answer["content-range"] == content)
        #expect(answer["content-length"] == String(text.count))
    }

    @Test(arguments: ["bytes=10-", "bytes=-0", "bytes=99-100"])
    func aRangeOutsideTheFileIsRefused(range: String) async throws {
        let answer = try await get("/digits.bin", ["range": range])
        #expect(answer.status == 416)
        #expect(answer["content-range"] == "bytes */10")
    }

    @Test(arguments: [
        "bytes=3-1", "bytes=a-b", "bytes=0-1,3-4", "items=0-1", "bytes=-", "bytes=+1-2",
    ])
    func anyOtherRangeIsTheWhole(range: String) async throws {
        let answer = try await get("/digits.bin", ["range": range])
        #expect(answer.status == 200)
        #expect(answer.text == "0123456789")
    }

    @Test func aRangeOfAnOlderFileIsTheWhole() async throws {
        let tag = try #require(try await get("/digits.bin", [:])["etag"])
        for (condition, status) in [
            (tag, 206), ("\"older\"", 200), ("Tue, 14 Nov 2023 22:13:20 GMT", 206),
            ("Tue, 14 Nov 2023 22:13:19 GMT", 200),
        ] {
            let answer = try await get(
                "/digits.bin", ["range": "bytes=0-1", "if-range": condition])
            #expect(answer.status == status, "\(condition)")
        }
    }
}
