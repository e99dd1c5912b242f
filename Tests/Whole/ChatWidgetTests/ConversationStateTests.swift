import Testing

/// The steps of a conversation, as values.
@Suite struct ConversationStateTests {
    private let script: WidgetScript

    private struct State: Decodable {
        struct Turn: Decodable {
            struct Answer: Decodable {
                var id: String?
                var text: String
                var status: String
                var source: String?
                var citations: [Citation]
            }
            struct Citation: Decodable, Equatable { var route: String }
            var question: String
            var questionId: String?
            var answers: [Answer]
            var shown: Int
        }
        var conversationId: String?
        var turns: [Turn]
        var running: String?
    }

    init() throws {
        script = try WidgetScript(
            """
            import { conversationReducer, emptyConversation, turnsOf } from "./chat-state";
            export { conversationReducer, emptyConversation, turnsOf };
            export const after = (...actions) =>
              actions.reduce(conversationReducer, emptyConversation);
            """)
    }

    private func state(after actions: String) throws -> State {
        try script.value("widget.after(\(actions))", as: State.self)
    }

    private static let answered = """
        { type: "asked", turn: "t1", answer: "a1", question: "Why?" },
        { type: "began", answer: "a1", conversationId: "c", questionId: "q1", id: "m1" },
        { type: "written", answer: "a1", text: "Be" },
        { type: "written", answer: "a1", text: "cause" },
        { type: "ended", answer: "a1", end: { status: "complete", source: "model", model: "m",
          citations: [{ title: "T", route: "/a/" }, { title: "U", route: "//evil.example/" },
            { title: "V", route: "javascript:alert(1)" }] } }
        """

    @Test func anAnswerGrowsAndEnds() throws {
        let state = try state(after: Self.answered)
        #expect(state.conversationId == "c")
        #expect(state.running == nil)
        #expect(state.turns.count == 1)
        #expect(state.turns[0].questionId == "q1")
        let answer = try #require(state.turns[0].answers.first)
        #expect(answer.text == "Because")
        #expect(answer.status == "complete")
        #expect(answer.source == "model")
        #expect(answer.citations == [.init(route: "/a/")])
    }

    @Test func anotherAnswerStandsBesideTheFirst() throws {
        let more = """
            , { type: "regenerated", turn: "t1", answer: "a2" },
            { type: "written", answer: "a2", text: "Else" }
            """
        let now = try state(after: Self.answered + more)
        #expect(now.running == "a2")
        #expect(now.turns[0].answers.map(\.text) == ["Because", "Else"])
        #expect(now.turns[0].shown == 1)
        let back = try state(
            after: Self.answered + more + ", { type: 'shown', turn: 't1', index: -3 }")
        #expect(back.turns[0].shown == 0)
    }

    @Test func anEditedQuestionLeavesWhatFollowedBehind() throws {
        let state = try state(
            after: Self.answered + """
                , { type: "asked", turn: "t2", answer: "a2", question: "And?" },
                { type: "ended", answer: "a2", end: { status: "complete" } },
                { type: "edited", turn: "t1", next: "t3", answer: "a3", question: "How?" }
                """)
        #expect(state.turns.map(\.question) == ["How?"])
        #expect(state.turns[0].answers.map(\.status) == ["waiting"])
        #expect(state.running == "a3")
    }

    @Test func whatFailedIsCutOffWhenSomethingWasSaid() throws {
        let failure = "{ type: 'failed', answer: 'a', failure: { code: 'x', message: 'No' } }"
        let ask = "{ type: 'asked', turn: 't', answer: 'a', question: 'Q' }"
        let silent = try state(after: "\(ask), \(failure)")
        #expect(silent.turns[0].answers.map(\.status) == ["failed"])
        let spoken = try state(
            after: "\(ask), { type: 'written', answer: 'a', text: 'Half' }, \(failure)")
        #expect(spoken.turns[0].answers.map(\.status) == ["cut_off"])
        // Nothing is left of an attempt that brought nothing; half an answer stays.
        let again = ", { type: 'retried', turn: 't', answer: 'b' }"
        #expect(try state(after: "\(ask), \(failure)\(again)").turns[0].answers.count == 1)
        let both = try state(
            after: "\(ask), { type: 'written', answer: 'a', text: 'Half' }, \(failure)\(again)")
        #expect(both.turns[0].answers.map(\.text) == ["Half", ""])
        #expect(both.running == "b")
    }

    @Test func textForAnAnswerThatIsGoneChangesNothing() throws {
        let state = try state(
            after: Self.answered + """
                , { type: "cleared" }, { type: "written", answer: "a1", text: "late" },
                { type: "ended", answer: "a1", end: { status: "complete" } }
                """)
        #expect(state.turns.isEmpty)
        #expect(state.running == nil)
    }

    @Test func theOthersTurnsStayTheSameObjects() throws {
        let isSame = try script.value(
            """
            (() => {
              const before = widget.after(\(Self.answered),
                { type: "asked", turn: "t2", answer: "a2", question: "And?" });
              const after = widget.conversationReducer(
                before, { type: "written", answer: "a2", text: "x" });
              return [before.turns[0] === after.turns[0], before.turns[1] === after.turns[1]];
            })()
            """, as: [Bool].self)
        #expect(isSame == [true, false])
    }

    @Test func storedMessagesBecomeTurnsAgain() throws {
        let state = try state(
            after: """
                { type: "loaded", conversationId: "c", messages: [
                  { id: "q1", role: "user", content: "One" },
                  { id: "m1", role: "assistant", content: "1", status: "complete", parent_id: "q1" },
                  { id: "q2", role: "user", content: "Two", parent_id: "m1", is_current: false },
                  { id: "m2", role: "assistant", content: "2", parent_id: "q2" },
                  { id: "q3", role: "user", content: "Two, please", parent_id: "m1" },
                  { id: "m3", role: "assistant", content: "2a", status: "cut_off", parent_id: "q3" },
                  { id: "m4", role: "assistant", content: "2b", parent_id: "q3", is_current: false },
                  { id: "q5", role: "user", content: "Three", parent_id: "m3" },
                  { id: "x", role: "system", content: "?" }] }
                """)
        #expect(state.turns.map(\.question) == ["One", "Two, please", "Three"])
        #expect(state.turns[1].answers.map(\.text) == ["2a", "2b"])
        #expect(state.turns[1].shown == 0)
        // Its answer was never stored, and can be asked for again.
        #expect(state.turns[2].answers.map(\.status) == ["failed"])
        #expect(state.turns[2].answers[0].id == nil)
    }

    @Test func anAnswerOnItsWayIsTakenUp() throws {
        let state = try state(
            after: """
                { type: "loaded", conversationId: "c", messages: [
                  { id: "q1", role: "user", content: "One" }] },
                { type: "followed", id: "m1" }, { type: "written", answer: "m1", text: "So" }
                """)
        #expect(state.running == "m1")
        #expect(state.turns[0].answers.map(\.text) == ["So"])
    }

    @Test func aConversationThatIsGoneBeginsAnew() throws {
        let state = try state(after: Self.answered + ", { type: 'lost' }")
        #expect(state.conversationId == nil)
        #expect(state.turns.map(\.questionId) == [nil])
    }
}
