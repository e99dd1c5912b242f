import Core
import Foundation
import PostgreSQL
import SiteModel
import TestSupport
import Testing

@testable import Chat

/// Consecutive questions about pages in two languages, without and with a model.
@Suite("A conversation about pages", .timeLimit(.minutes(2)))
struct ConversationTests {
    private static let rows = [
        ("home", "", "# Welcome\n\nWe build airships, and balloons for children."),
        ("balloons", "", "# Balloons\n\nA balloon for children is $40, and flies for two hours."),
        ("airships", "", "# Airships\n\nAn airship is $900 and carries twelve people."),
        ("delivery", "", "# Delivery\n\nThe delivery of a balloon is free, and takes four days."),
        (
            "lieferung", "de",
            "# Lieferung\n\nDie Lieferung eines Ballons ist kostenlos und dauert vier Tage."
        ),
        ("contact", "", "# Contact\n\nCall Ada Quill, who knows every balloon, on 555 0148."),
    ].map { key, language, text in
        """
        INSERT INTO robbieblocks_pages
            (page_key, app_namespace, page_name, page_route, content, status, metadata)
        VALUES ('\(key)', 'shared', 'Page \(key)', '/\(key == "home" ? "" : key + "/")',
            $page$\(text)$page$, 'published',
            '\(language.isEmpty ? "{}" : #"{"language": "\#(language)"}"#)');
        """
    }.joined(separator: "\n")

    /// Runs a chat that has read the pages.
    private func withPages(
        peer: ModelPeer? = nil, models: [String] = [], _ body: (RunningChat) async throws -> Void
    ) async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        try await RunningChat.with(
            peer: peer, models: models, nodes: [site.node], database: site.database,
            output: site.output
        ) { chat in
            try await waitUntil("the pages are read") {
                try chat.count("document_indexes WHERE passages >= 6") == 1
            }
            try await body(chat)
        }
    }

    private func ask(
        _ question: String, _ chat: RunningChat, in conversation: JSONValue? = nil,
        cookie: String? = nil
    ) async throws -> HTTPAnswer {
        let place = conversation?.string.map { #","conversation_id":"\#($0)""# } ?? ""
        let answer = try await chat.post(#"{"message":"\#(question)"\#(place)}"#, cookie: cookie)
        #expect(answer.status == 200, "\(question): \(answer.text)")
        return answer
    }

    private func routes(_ answer: HTTPAnswer) -> [String] {
        answer.json["citations"]?.array?.compactMap { $0["route"]?.string } ?? []
    }

    @Test("a follow-up uses the question before it, and small talk has replies")
    func withoutModel() async throws {
        try await withPages { chat in
            for (first, second, page) in [
                ("Do you have balloons for children?", "and how much is that?", "/balloons/"),
                ("Do you build airships?", "And how much is it?", "/airships/"),
                ("Tell me about delivery", "how long does it take?", "/delivery/"),
            ] {
                let asked = try await ask(first, chat)
                let place = asked.json["conversation_id"]
                let cookie = try #require(asked.cookie)
                let then = try await ask(second, chat, in: place, cookie: cookie)
                #expect(routes(then).first == page, "\(first) \(second) \(then.text)")
                // Small talk in between is no question to go on with.
                _ = try await ask("thanks", chat, in: place, cookie: cookie)
            }
            for (said, words, link) in [
                ("hello", "Hello, I am", nil), ("thanks!", "You are welcome", nil),
                ("are you a robot?", "a program that answers from the pages", "/contact/"),
                ("Talk to a person", "A person can help you here", "/contact/"),
            ] as [(String, String, String?)] {
                let text = try await ask(said, chat).json["content"]?.string ?? ""
                #expect(text.contains(words) && !text.contains("I found no"), "\(said): \(text)")
                if let link { #expect(text.contains("](\(link))"), "\(said): \(text)") }
            }
        }
    }

    @Test("pages of the question's language answer it, whatever others say the same")
    func languages() async throws {
        try await withPages { chat in
            for (question, page, other) in [
                ("Is the delivery of a balloon free?", "/delivery/", "/lieferung/"),
                ("How long does the delivery take?", "/delivery/", "/lieferung/"),
                ("What does the delivery of a balloon cost?", "/delivery/", "/lieferung/"),
                ("Wie lange dauert die Lieferung?", "/lieferung/", "/delivery/"),
                ("Ist die Lieferung eines Ballons kostenlos?", "/lieferung/", "/delivery/"),
            ] {
                let answer = try await ask(question, chat)
                #expect(routes(answer).first == page, "\(question): \(answer.text)")
                #expect(!routes(answer).contains(other), "\(question): \(answer.text)")
            }
            // Content that only the other language has is found, too.
            let answer = try await ask("Wer ist Ada Quill?", chat)
            #expect(routes(answer).first == "/contact/", "\(answer.text)")
        }
    }

    @Test("sources are what a model cites, each once")
    func citations() async throws {
        let peer = try ModelPeer.start()
        try await withPages(peer: peer, models: ["asked"]) { chat in
            let said = "It is $40 [1], [1, 1] and [99]."
            for piece in ["say-1", "say-2"] {
                let answer = try await chat.post(
                    #"{"message":"How much is a balloon? do:\#(piece) <<\#(said)>>"}"#,
                    headers: ["accept": "text/event-stream"])
                let text = answer.events.compactMap { $0.data["text"]?.string }.joined()
                #expect(text.hasPrefix("It is $40 [1]"), "\(text)")
                let sources = answer.events.last?.data["citations"]?.array ?? []
                #expect(sources.map { $0["number"]?.number } == [1], "\(sources)")
            }
            // A model that cites nothing has no sources: none is made up.
            let answer = try await chat.post(#"{"message":"Balloon? do:say-1 <<It is $40.>>"}"#)
            #expect(answer.json["citations"]?.array?.isEmpty == true)
            // It is asked to cite, next to the question.
            let echo = try await chat.post(#"{"message":"How much is a balloon? do:echo"}"#)
            #expect(echo.json["content"]?.string?.contains("by their numbers, such as [1]") == true)
        }
    }

    @Test("without a script the answer is a page of the site, with links that work")
    func page() async throws {
        try await withPages { chat in
            let answer = try await chat.post(
                "message=How+much+is+a+balloon%3F",
                headers: [
                    "content-type": "application/x-www-form-urlencoded",
                    "referer": "http://127.0.0.1:\(chat.client.port)/delivery/?x=1",
                ])
            #expect(answer.status == 200)
            let text = answer.text
            #expect(text.contains("<title>Answer</title>") && !text.contains("<script"))
            #expect(text.contains(#"<link rel="stylesheet" href="/assets/"#), "\(text)")
            #expect(text.contains("<h1>How much is a balloon?</h1>"))
            #expect(text.contains("<blockquote>") && text.contains(#"<a href="/balloons/"#))
            #expect(text.contains(#"<a href="/delivery/?x=1">Back to the page</a>"#))
            #expect(text.components(separatedBy: "<main").count == 2)
        }
    }
}
