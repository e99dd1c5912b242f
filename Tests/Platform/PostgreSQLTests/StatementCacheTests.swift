import Testing

@testable import PostgreSQL

@Suite struct StatementCacheTests {
    @Test func preparesWhatComesAgain() {
        var cache = StatementCache()
        #expect(cache.plan(for: "SELECT 1") == .direct)
        guard case .prepare(let name) = cache.plan(for: "SELECT 1") else {
            Issue.record("the second time is not prepared")
            return
        }
        #expect(cache.plan(for: "SELECT 1") == .prepared(name: name))
        #expect(cache.plan(for: "SELECT 2") == .direct)
    }

    @Test func makesRoomForTheNext() {
        var cache = StatementCache(capacity: 2)
        var names: [String: String] = [:]
        func prepare(_ sql: String) {
            _ = cache.plan(for: sql)
            if case .prepare(let name) = cache.plan(for: sql) { names[sql] = name }
        }
        prepare("a")
        prepare("b")
        _ = cache.plan(for: "a")
        prepare("c")
        #expect(Set(names.values).count == 3)
        #expect(cache.count == 2)
        #expect(cache.unwanted == [names["b"]])
        #expect(cache.plan(for: "a") == .prepared(name: names["a"] ?? ""))
        #expect(cache.plan(for: "b") == .direct)
        cache.forget(names["b"] ?? "")
        #expect(cache.unwanted.isEmpty)
    }

    @Test func forgetsWhatTheServerNoLongerTakes() {
        var cache = StatementCache()
        for sql in ["a", "a", "b", "b"] { _ = cache.plan(for: sql) }
        cache.discard("a", isOnServer: true)
        cache.discard("b", isOnServer: false)
        #expect(cache.count == 0 && cache.unwanted.count == 1)
        #expect(cache.plan(for: "a") == .direct)
    }

    @Test func keepsNoEndlessListOfWhatCameOnce() {
        var cache = StatementCache(capacity: 4)
        _ = cache.plan(for: "first")
        for number in 0..<100 { _ = cache.plan(for: "\(number)") }
        #expect(cache.plan(for: "first") == .direct)
    }
}
