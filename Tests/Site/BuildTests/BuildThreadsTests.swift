import CFaultInjection
import Core
import Foundation
import TestSupport
import Testing

@testable import Build

/// Publishing blocks, so it must not occupy the threads that all tasks share.
@Suite struct BuildThreadsTests {
    @Test func aBuildChangesFilesOnThreadsOfItsOwnOnly() async throws {
        let pages = (0..<70).map { number in
            Rows.page(
                "page-\(number)", route: number == 0 ? "/" : "/page-\(number)/",
                content: String(repeating: "Words of page \(number). ", count: 40))
        }
        let site = try await TestSite(pages.joined())
        let keeper = try site.keeper { $0.compresses = true }
        let path = URL(fileURLWithPath: site.folder.path).resolvingSymlinksInPath().path
        fault_injection_watch(path)
        let first = try await keeper.build(.reconciliation)
        try site.database.run(
            "UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'page-1'")
        let second = try await keeper.build(.changes)
        let (_, needsBuild) = try await keeper.inspectIdly()
        try await keeper.tidyUp()
        let names = Self.endWatch()
        #expect(first.outcome == .published(release: 1))
        #expect(second.outcome == .published(release: 2))
        #expect(!needsBuild)
        #expect(names.contains("rb-blocking"))
        // Those that one blocking call starts and waits for have this name.
        #expect(names.subtracting(["rb-blocking", "rb-calls"]) == [])
    }

    private static func endWatch() -> Set<String> {
        var names = [CChar](repeating: 0, count: 4096)
        fault_injection_end_watch(&names, names.count)
        let text = String(
            decoding: names.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return Set(text.split(separator: "\n").map(String.init))
    }
}
