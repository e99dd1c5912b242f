import Foundation
import System
import Testing

@Suite struct StartThreadTests {
    @Test(arguments: [("rb-test", "rb-test"), ("rb-a-name-that-is-long", "rb-a-name-that-")])
    func theThreadIsAnotherAndHasItsName(_ name: String, _ shown: String) async throws {
        let (names, continuation) = AsyncStream.makeStream(of: String.self)
        try startThread(name) {
            continuation.yield(
                (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? "")
            continuation.finish()
        }
        var seen: [String] = []
        for await name in names { seen.append(name) }
        #expect(seen == [shown + "\n"])
    }
}
