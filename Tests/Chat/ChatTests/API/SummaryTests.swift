import Core
import PostgreSQL
import SiteModel
import TestSupport
import Testing

@testable import Chat

@Suite("Conversations that grow long")
struct SummaryTests {
    @Test(
        "what was said first is summed up, told to the model, and summed up again",
        .timeLimit(.minutes(2)))
    func runningSummary() async throws {
        let peer = try ModelPeer.start()
        // The peer answers with what it was sent when it is to sum up, or when a question says "echo".
        try await RunningChat.with(peer: peer, models: ["asked"]) { chat in
            let made = try await chat.post("/api/conversations", "{}")
            let cookie = try #require(made.cookie)
            let id = try #require(made.json["id"]?.string)
            func ask(_ number: Int, _ behavior: String) async throws -> String {
                let message = "Question number \(number) do:\(behavior)"
                let answer = try await chat.post(
                    #"{"message":"\#(message)","conversation_id":"\#(id)"}"#, cookie: cookie)
                #expect(answer.status == 200)
                return answer.json["content"]?.string ?? ""
            }
            // How far a summary reaches depends on when it is made.
            func summary(having words: String) async throws -> String {
                let connection = try chat.database.connect()
                func text() throws -> String {
                    let rows = try connection.run(
                        "SELECT summary FROM conversations WHERE summary IS NOT NULL")
                    return rows.count == 0 ? "" : try rows[0].value(0)
                }
                try await waitUntil("it is summed up") { try text().contains(words) }
                return try text()
            }

            for number in 1...9 { _ = try await ask(number, "fast-3") }
            let first = try await summary(having: "You keep the record of a conversation.")
            #expect(first.contains("Visitor: Question number 1 "))
            #expect(!first.contains("Question number 9"))

            let prompt = try await ask(10, "echo")
            #expect(prompt.contains("What was said earlier in this conversation"))
            #expect(prompt.contains("You keep the record of a conversation."))
            #expect(prompt.contains("Question number 9"))

            for number in 11...16 { _ = try await ask(number, "fast-3") }
            _ = try await summary(having: "Earlier summary:")
        }
    }
}
