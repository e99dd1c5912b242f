import Foundation
import Markdown
import System
import Testing

@testable import Chat

struct RetrievalAnswerTests {
    private func passage(
        _ text: String, route: String = "/prices/", heading: String = "Delivery",
        anchor: String? = "delivery", relevance: Double = 0.9
    ) -> Passage {
        Passage(
            node: "acme", route: route, title: "Prices", heading: heading, anchor: anchor,
            text: text, relevance: relevance)
    }

    @Test func itQuotesWithALinkToTheHeading() {
        let answer = RetrievalAnswer.compose(
            question: "What does delivery cost?",
            passages: [passage("Delivery costs twelve crowns.")])
        #expect(answer.isFound)
        #expect(
            answer.text == """
                This is what the pages of this site say:

                > Delivery costs twelve crowns.
                >
                > — [Prices: Delivery](/prices/#delivery)

                *Quoted from the site. No language model wrote this answer.*
                """)
        #expect(answer.citations.map(\.link) == ["/prices/#delivery"])
    }

    @Test func itSaysWhenItHasFoundNothing() {
        for passages in [[], [passage("Unrelated.", relevance: 0.1)]] {
            let answer = RetrievalAnswer.compose(question: "Who won?", passages: passages)
            #expect(!answer.isFound && answer.citations.isEmpty)
            #expect(answer.text.hasPrefix("I found nothing about that"))
            #expect(answer.text.contains("No language model wrote this answer."))
            #expect(!answer.text.contains("Unrelated"))
        }
    }

    /// An uncertain answer says so, and names the contact page.
    @Test func itSaysWhenItIsNotCertain() {
        var results = SearchResults(
            question: "Do you deliver to Mars?", passages: [passage("To Brno.", relevance: 0.4)])
        results.contact = Citation(title: "Contact", route: "/contact/", anchor: nil, heading: nil)
        let answer = RetrievalAnswer.compose(results)
        #expect(!answer.isFound && answer.citations.map(\.link) == ["/prices/#delivery"])
        #expect(answer.text.hasPrefix("I found no clear answer to that"))
        #expect(answer.text.contains("> To Brno.") && answer.text.contains("[Contact](/contact/)"))
        results.language = "german"
        #expect(RetrievalAnswer.compose(results).text.hasPrefix("Darauf habe ich"))
    }

    @Test func anAnswerOfAListIsQuotedWithItsQuestion() {
        let answer = RetrievalAnswer.compose(
            question: "pay", passages: [passage("Half of it.", heading: "When do we pay?")])
        #expect(answer.text.contains("> **When do we pay?** Half of it.\n"))
    }

    @Test(arguments: [
        ("Hello!", ReplyOccasion.hello, "english"), ("hi there robbie", .hello, "english"),
        ("Good morning", .hello, "english"), ("thanks a lot", .thanks, "english"),
        ("Thank you for your help", .thanks, "english"), ("bye", .goodbye, "english"),
        ("are you a robot?", .robot, "english"),
        ("Am I talking to a real person", .robot, "english"),
        ("who are you", .robot, "english"), ("talk to a person", .person, "english"),
        ("I want to speak to someone please", .person, "english"), ("human", .person, "english"),
        ("help", .help, "english"), ("What can you do?", .help, "english"),
        ("Can I please talk to a real human being?", .person, "english"),
        ("I want to talk to someone about my packaging", .person, "english"),
        ("Hi, what can you do for me?", .help, "english"),
        ("Who are you exactly?", .robot, "english"),
        ("is this a bot or a human", .robot, "english"),
        ("Kann ich bitte mit einem Menschen sprechen?", .person, "german"),
        ("Was kannst du für mich tun?", .help, "german"),
        ("Puis-je parler à quelqu'un ?", .person, "french"),
        ("Est-ce que vous êtes un robot ?", .robot, "french"),
        ("¿Puedo hablar con una persona?", .person, "spanish"),
        ("¿Qué puedes hacer por mí?", .help, "spanish"),
        ("Guten Tag", .hello, "german"), ("vielen Dank!", .thanks, "german"),
        ("Bist du ein Roboter?", .robot, "german"), ("Bonjour", .hello, "french"),
        ("Je veux parler à une personne", .person, "french"),
        ("muchas gracias", .thanks, "spanish"),
    ])
    func whatIsNoQuestionIsAnswered(said: String, occasion: ReplyOccasion, language: String) {
        #expect(ReplyOccasion.find(in: said) == .init(occasion: occasion, language: language))
        var results = SearchResults(
            question: said, passages: [passage("Anything.", relevance: 0.9)])
        let own = Replies.Own(occasion: occasion, language: nil, text: "I am {name} of {site}.")
        let answer = RetrievalAnswer.compose(
            results, replies: Replies(name: "Ro*bot", site: "Acme", own: [own]))
        #expect(answer.text.hasPrefix("I am Ro\\*bot of Acme."))
        results.contact = Citation(title: "Contact", route: "/contact/", anchor: nil, heading: nil)
        let usual = RetrievalAnswer.compose(results)
        #expect(!usual.text.isEmpty && !usual.text.contains("Anything."))
        #expect(usual.text.contains("/contact/") == [.person, .robot].contains(occasion))
    }

    @Test(arguments: [
        "What does a test cost?", "hello world programming", "Do you sell robots?", "the people",
        "How do I thank my shoppers?", "", "What is a human factor study?",
        "Is this real leather?", "Is this program for children?",
        "Ist das Programm kostenlos?", "What are you selling?", "Who are you hiring?",
        "What can you tell me about your prices?", "What can you tell me about your service?",
        "What do you know about shipping?",
        "How can you help with my packaging?", "Qué sabes de los precios",
        "Can I transfer my ticket to another person?", "Does your staff speak German?",
        "Can I connect more people to my account?",
    ])
    func questionsAreNoOccasions(question: String) {
        #expect(ReplyOccasion.find(in: question) == nil, "\(question)")
    }

    @Test func whatFollowsTheQuotationsIsLinkedOnceAPage() {
        let passages = (0..<9).map { passage("Text \($0).", route: "/p\($0 / 2)/", anchor: nil) }
        let answer = RetrievalAnswer.compose(question: "text", passages: passages)
        #expect(answer.citations.map(\.link) == ["/p0/", "/p1/", "/p2/", "/p3/"])
        #expect(answer.text.contains("\nSee also: [Prices](/p2/), [Prices](/p3/)\n"))
    }

    /// Whatever stands on a page, its quotation is one paragraph of plain text: our renderer of
    /// untrusted Markdown makes no element of it.
    @Test(arguments: [
        "# Heading", "- item", "1. item", "> quote", "a * b * c **bold** _it_ `code`",
        "[link](https://evil.example) ![image](https://evil.example/x.png)",
        "<img src=x onerror=alert(1)> <b>bold</b> <https://evil.example>",
        "a | b\n--- | ---\nc | d", "&lt;b&gt; &amp; &#60;i&#62;", "~~gone~~ \\*", "===", "+ x",
        "| a |",
        "\\[x](javascript:alert(1))", "snake_case_name and _this_", "1) one",
    ])
    func quotedTextIsNoMarkup(text: String) throws {
        let answer = RetrievalAnswer.compose(question: "x", passages: [passage(text)])
        let quote = answer.text.split(separator: "\n")[1]
        let html = String(
            decoding: try MarkdownRenderer().render(Array(quote.utf8), trusted: false).html,
            as: UTF8.self)
        let tags = html.matches(of: /<[^>]*>/).map { String($0.output) }
        #expect(
            tags.allSatisfy { ["<blockquote>", "<p>", "</p>", "</blockquote>"].contains($0) },
            "\(html)")
        let shown = html.replacing(/<[^>]*>/, with: "").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing(
                "&amp;", with: "&")
        #expect(
            shown.filter { !$0.isWhitespace }
                == text.replacing("\n", with: " ").filter { !$0.isWhitespace }
                || text.contains("\n"))
    }

    @Test func aLongPassageIsCutToWhatIsAskedFor() {
        let filler = (0..<10).map {
            "Sentence number \($0) says nothing of interest to anybody here."
        }
        let text = (filler + ["The warranty lasts nine years."] + filler).joined(separator: " ")
        let excerpt = Excerpt.of(text, cues: ["warra": 1])
        #expect(excerpt.contains("The warranty lasts nine years."))
        #expect(excerpt.count <= 526 && excerpt.hasPrefix("… ") && excerpt.hasSuffix(" …"))
        #expect(Excerpt.of("Short. Text.", cues: ["x": 1]) == "Short. Text.")
        #expect(Excerpt.of("One\nTwo\nThree.", cues: ["x": 1]) == "One · Two · Three.")
        #expect(Excerpt.of(String(repeating: "word ", count: 300), cues: ["x": 1]).count <= 522)
        #expect(Excerpt.of("", cues: ["x": 1]).isEmpty)
    }

    @Test func linksCannotBeLeft() {
        let citation = Citation(title: "", route: "/a) b/", anchor: "x\"(y)é", heading: nil)
        #expect(citation.link == "/a%29%20b/#x%22%28y%29%C3%A9")
        let answer = RetrievalAnswer.compose(
            question: "x", passages: [passage("x", route: "/a/", heading: "a](/evil) [b")])
        #expect(answer.text.contains("[Prices: a\\](/evil) \\[b](/a/#delivery)"))
    }

    /// Passages by words, and by meaning: name, relevance, strength, whether it is doubtful.
    @Test func meaningDecidesAsFarAsWordsDoNot() throws {
        let ids = Dictionary(uniqueKeysWithValues: "abcd".map { (String($0), UUID()) })
        func candidate(
            _ name: String, _ relevance: Double, _ strength: Double = 1, isDoubtful: Bool = false
        ) throws -> Candidate {
            var passage = Passage(
                id: try #require(ids[name]), node: "acme", route: "/\(name)/", title: name,
                heading: "", text: name, relevance: relevance)
            passage.strength = strength
            passage.isDoubtful = isDoubtful
            return Candidate(
                passage: passage,
                version: PageVersion(path: name, digest: SHA256Digest(hashing: name)))
        }
        func fused(_ words: [Candidate], _ near: [Candidate]) -> String {
            KnowledgeBase.fuse(words, near: near).map { $0.passage.title }.joined()
        }
        // What words have found stays first, and meaning decides between two that are about as good.
        let found = [try candidate("a", 1), try candidate("b", 0.9, 0.9)]
        #expect(fused(found, [try candidate("c", 1), try candidate("d", 0.6)]) == "abcd")
        #expect(fused(found, [try candidate("b", 0.9), try candidate("c", 0.8)]) == "bac")
        // A question that shares a word or none with the page.
        let poor = [try candidate("a", 0.2, isDoubtful: true)]
        #expect(fused(poor, [try candidate("c", 0.9), try candidate("a", 0.1)]) == "ca")
        #expect(fused([], [try candidate("c", 0.9), try candidate("d", 0.3)]) == "cd")
        // A passage about the same subject need not be an answer.
        for (relevance, isDoubtful) in [(0.9, false), (0.6, true)] {
            let only = KnowledgeBase.fuse(poor, near: [try candidate("a", relevance)])
            #expect(only.map(\.passage.isDoubtful) == [isDoubtful])
            #expect(only.map(\.passage.strength) == [1])
        }
    }

    @Test func fusionPrefersWhatBothListsHave() {
        #expect(RankFusion.fuse([["a", "b", "c"], ["d", "b", "e"]]).map(\.element).first == "b")
        #expect(RankFusion.fuse([["a", "b"]]).map(\.element) == ["a", "b"])
        #expect(RankFusion.fuse([[], ["x"]]).map(\.element) == ["x"])
        #expect(RankFusion.fuse([["a"], ["b"]]).map(\.element) == ["a", "b"])
    }
}
