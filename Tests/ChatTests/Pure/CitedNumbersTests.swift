import Testing

@testable import Chat

@Suite("What an answer refers to")
struct CitedNumbersTests {
    @Test(
        "is found by its number, once",
        arguments: [
            ("Forty crowns [1].", [1]), ("See [2][1] and [2].", [2, 1]), ("Both[1, 3].", [1, 3]),
            ("As 【2】 and 【3†source】 say.", [2, 3]), ("[1](/prices/) and [ 2 ]", [1, 2]),
            ("[0] [7] [99999999999999999999] [x] [1x] [] [", []), ("Nothing.", []), ("", []),
            ("`list[1]` and ```\nlist[2]\n``` but [3]", [3]), ("a ` alone [1]", [1]),
            ("[[1]]", [1]), ("[-1] [1-2]", []),
        ])
    func find(text: String, numbers: [Int]) {
        #expect(CitedNumbers.find(in: text, count: 3) == numbers)
        #expect(CitedNumbers.find(in: text, count: 0) == [])
    }

    @Test("is what its sources are")
    func sources() {
        var outcome = AnswerOutcome(
            status: .complete, source: .model,
            citations: (1...3).map { (number: Int) in
                .init(title: "P\(number)", route: "/p\(number)/", number: number)
            })
        outcome.keepCited(in: "As [3] and [1] say, and [3] again.")
        #expect(outcome.citations.map(\.number) == [1, 3])
        outcome.keepCited(in: "Nothing is cited.")
        #expect(outcome.citations.isEmpty)
        // A quotation without a model links its places itself.
        var quoted = AnswerOutcome(
            status: .complete, source: .retrieval, citations: [.init(title: "P", route: "/p/")])
        quoted.keepCited(in: "Quoted.")
        #expect(quoted.citations.count == 1)
    }

    @Test("is linked on the page for browsers without scripts")
    func page() {
        let page = ChatPage.answer(
            question: "Q", text: "It is so [2] <b>.",
            AnswerOutcome(
                status: .complete, source: .model,
                citations: [.init(title: "T&", route: "/a/", anchor: "b", number: 2)]),
            conversation: "", back: "/")
        #expect(page.contains("It is so <a href=\"/a/#b\">[2]</a> &lt;b&gt;."))
        #expect(page.contains("<li>[2] <a href=\"/a/#b\">T&amp;</a></li>"))
    }
}
