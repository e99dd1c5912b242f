import PostgreSQL
import TestSupport
import Testing

@testable import Chat

/// Questions that do not use the words of the page.
@Suite(.timeLimit(.minutes(2))) struct QuestionSearchTests {
    private static let rows =
        TestSite.pages([
            (
                "home",
                """
                # Welcome

                We build airships for towns. The mooring mast was painted in spring, with the help of
                one company.

                [What an airship costs](/figures/)
                """
            ),
            (
                "figures",
                """
                # Figures

                An airship is $900, and a balloon $40. The basket is separate.

                ## Moorings

                A mast stands for forty years.
                """
            ),
            (
                "times",
                "# Construction\n\nAn airship is finished in six weeks, a balloon in two days."
            ),
            ("desk", "# Desk\n\nAn airship costs us $500, which is confidential."),
            (
                "preise",
                "# Preise auf Deutsch\n\nEin Ballon kostet 40 Kronen, und die Lieferung ist frei."
            ),
            ("people", "# Where we are\n\nBelow the old gasworks, opposite the church."),
        ])
            + """
            UPDATE robbieblocks_pages SET metadata = '{"language": "de"}' WHERE page_key = 'preise';
            """

    @Test func wordsOfTheSameMeaningAreFound() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        try site.edit(
            """
            INSERT INTO document_weights (node_id, route, weight)
            VALUES (NULL, '/desk/', 1), ('\(site.node)', '/desk/', 0)
            """)
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(6)
        func first(_ question: String, before: [String] = []) async throws -> String? {
            let found = try await indexed.knowledge.find(
                node: site.node, question: question, before: before)
            #expect(found.passages.allSatisfy { $0.route != "/desk/" }, "\(question)")
            return found.passages.first.map { "\($0.route) \($0.heading)" }
        }
        for (question, page) in [
            // A button's label, "how much", and a price.
            ("How much is an airship?", "/figures/ Figures"),
            ("How long does a balloon take?", "/times/ Construction"),
            ("what does an airsihp cost", "/figures/ Figures"),
            ("Was kostet ein Ballon?", "/preise/ Preise auf Deutsch"),
            ("What does delivery cost?", "/preise/ Preise auf Deutsch"),
            ("where are you located", "/people/ Where we are"),
            ("Wo ist Ihr Büro?", "/people/ Where we are"),
            ("masts -painted", "/figures/ Moorings"), ("\"forty years\"", "/figures/ Moorings"),
        ] {
            #expect(try await first(question) == page, "\(question)")
        }
        // One page in German leaves questions in English what they were.
        #expect(try await first("Do you build airships for towns?") == "/ Welcome")
        #expect(try await first("Tell me about dirigibles in Mongolia") == nil)
        // A passage with many words of a question may still not answer it.
        for (question, isFound) in [
            ("Do you build airships for towns?", true), ("How much is an airship?", true),
            // One word that no page has, and one that only looks like "organization".
            ("Was the mooring mast painted by a horse?", false),
            ("Is the mooring mast organic?", false),
            // A word of the same meaning, which means something else here.
            ("Is there any assistance?", false), ("Is there any help?", true),
            // Two words, of which a page has only what both of them may mean.
            ("Is there a free trial?", false),
        ] {
            let found = try await indexed.knowledge.find(node: site.node, question: question)
            let answer = RetrievalAnswer.compose(found)
            #expect(answer.isFound == isFound, "\(question): \(found.passages)")
        }
        // What goes on with the question before.
        let before = ["Do you build a balloon?"]
        #expect(try await first("and how much is that?", before: before) == "/figures/ Figures")
        #expect(try await first("How long?", before: before) == "/times/ Construction")
        #expect(try await first("and how much is that?", before: ["Ein Ballon?"]) != nil)
        // Nor do pages that are left out use up the candidates of the database.
        let candidates = try site.database.connect().run(
            """
            SELECT count(*), count(*) FILTER (WHERE d.route = '/desk/')
            FROM robbieblocks_candidate_passages(\(site.node), ARRAY['airship']) AS c
            JOIN document_passages AS p ON p.id = c.passage_id
            JOIN documents AS d ON d.id = p.document_id
            """)
        #expect(try candidates[0].value(0, as: Int.self) > 1)
        #expect(try candidates[0].value(1, as: Int.self) == 0)
        // Rows count within seconds, without another reading of the pages.
        try site.edit("DELETE FROM document_weights")
        let found = try await indexed.knowledge.search(
            node: site.node, question: "confidential")
        #expect(found.map(\.route) == ["/desk/"])
        // A page that is gone takes the names with it that it gave to others.
        try site.edit("UPDATE robbieblocks_pages SET status = 'draft' WHERE page_key = 'desk'")
        try site.edit("UPDATE robbieblocks_pages SET content = 'Empty.' WHERE page_key = 'home'")
        try await site.build()
        try await indexed.wait {
            if case .indexed(_, let removed, _) = $0 { removed == 1 } else { false }
        }
        let labels = try site.database.connect().run("SELECT label FROM document_links")
        #expect(labels.count == 0)
        let words = try site.database.connect().run(
            "SELECT search::text FROM documents WHERE route = '/figures/'")
        #expect(try !words[0].value(0, as: String.self).contains("airship"))
    }

    /// The first question waits until the rows are read; so do those that come meanwhile.
    @Test func theFirstQuestionsAreAnsweredTogether() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        try await IndexedSite(site).waitForPages(6)
        for _ in 0..<3 {
            let knowledge = KnowledgeBase(
                pool: ConnectionPool(to: site.database.target, role: "robbieblocks_chat"),
                output: site.output)
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                // One at every moment of the first reading.
                for place in 0..<80 {
                    group.addTask {
                        try await Task.sleep(for: .milliseconds(place * 2))
                        return try await knowledge.search(node: site.node, question: "airship")
                            .count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.allSatisfy { $0 > 0 }, "\(counts)")
        }
    }

    /// However the words are written, the work that a question makes has a limit.
    @Test func aQuestionHasALimitedNumberOfWords() {
        let joined = (0..<900).map { "w\($0)" }.joined(separator: ",")
        #expect(QuestionWords(joined).words.count == 64)
        #expect(QuestionWords("-" + joined).excluded.count == 64)
        let mixed = QuestionWords("a b -" + joined)
        #expect(mixed.words == ["a", "b"] && mixed.excluded.count == 62)
        let quoted = (0..<900).map { "\"w\($0 / 2)\"" }.joined(separator: " ")
        #expect(QuestionWords(quoted).phrases == (0..<8).map { "w\($0)" })
    }

    @Test(arguments: [
        ("How much is shipping?", false), ("Where is your office?", false),
        ("What does delivery cost?", false), ("Wie lange dauert die Lieferung?", false),
        ("How long?", true), ("how much does this cost", true), ("and how much is that?", true),
        ("How long will it take?", true), ("Was kostet das?", true), ("Wie viel kostet es?", true),
        ("", true),
    ])
    func aQuestionWithoutASubjectIsAFollowUp(question: String, isFollowUp: Bool) {
        #expect(KnowledgeBase.isFollowUp(question) == isFollowUp)
    }

    @Test func whenWithinASentenceAsksForNoTime() {
        #expect(QuestionWords("What happens when I cancel?").aspect == nil)
        #expect(QuestionWords("Do I pay where I live?").aspect == nil)
        #expect(QuestionWords("When can I cancel?").aspect == .moment)
        #expect(QuestionWords("and where are you?").aspect == .place)
        #expect(QuestionWords("Could you tell me where you are?").aspect == .place)
        #expect(QuestionWords("Tell me how long it takes").aspect == .duration)
    }

    /// The aspects that a passage contains, for the first words of a question.
    @Test func aspectsAreEvident() {
        #expect(Aspect.moment.isEvident(in: "It was founded in 2019."))
        #expect(Aspect.moment.isEvident(in: "On Monday") && Aspect.count.isEvident(in: "twice"))
        #expect(!Aspect.moment.isEvident(in: "4070 designs, 20190 packs, 201 shelves"))
        #expect(!Aspect.duration.isEvident(in: "It was founded in 2019."))
        // A heading that asks the same, and one that begins with a word that may ask.
        let moment = Aspect.moment
        #expect(moment.bonus(of: "When do we pay?", "Half now.", cues: [:]) == 1.5)
        #expect(moment.bonus(of: "When you take part", "We ask.", cues: [:]) == 1)
        #expect(moment.bonus(of: "2019", "The first shelf.", cues: [:]) == 1.25)
        #expect(QuestionWords("how often can I take part").aspect == .count)
    }

    /// Which page comes first, where several have the words.
    @Test func namesNumbersAndYearsDecide() async throws {
        let site = try await TestSite(
            TestSite.pages([
                (
                    "home",
                    "# Kite tests\n\nKite tests, kite prices and kites: everything on one line."
                ),
                ("line-tests", "# Line tests\n\nA test of lines for kites."),
                ("prices", "# Prices\n\n6 kites cost $90. One kite costs $20."),
                ("kites", "# Kites\n\nSix kites fly on six lines, and six more wait."),
                ("history", "# History\n\nThe club began in 1987, with three kites."),
                ("knots", "# Knots\n\nThe founders of the club are good at knots."),
            ]) + """
                UPDATE robbieblocks_pages SET meta_title = 'Line tests' WHERE page_key = 'line-tests';
                """)
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(6)
        for (question, route) in [
            ("line tests", "/line-tests/"), ("lyne tests", "/line-tests/"),
            ("how much for six kites", "/prices/"), ("when was the club founded", "/history/"),
        ] {
            let routes = try await indexed.routes(question)
            #expect(routes.first == route, "\(question): \(routes)")
        }
        await indexed.stop()
    }

    @Test func aMisspelledWordIsTheNearestOne() {
        let spelling = Spelling([
            "packaging": 3, "price": 9, "prices": 2, "test": 5, "rest": 4, "delivery": 1,
            "accessibility": 1, "größe": 1,
        ])
        for (word, meant) in [
            ("packagng", "packaging"), ("pirce", "price"), ("tets", "test"),
            ("delivry", "delivery"),
            ("acessibilty", "accessibility"), ("grösse", nil), ("größen", "größe"), ("reset", nil),
            ("text", nil), ("president", nil), ("xyz", nil), ("", nil),
            (String(repeating: "a", count: 100), nil),
        ] as [(String, String?)] {
            #expect(spelling.nearest(to: word) == meant, "\(word)")
        }
    }

    @Test func similarityIsMeasuredByQuestionsOfOtherThings() throws {
        let scale = try #require(
            EmbeddingScale(unrelated: [0.1, 0.2, 0.15, 0.9], related: [0.7, 0.6, 0.8]))
        #expect(scale.low == 0.9 && scale.high == 1.0)
        let usual = try #require(
            EmbeddingScale(unrelated: [0.1, 0.2, 0.15, 0.1, 0.2, 0.9], related: [0.7, 0.6, 0.8]))
        #expect(usual == EmbeddingScale(low: 0.2, high: 0.7))
        #expect(abs(usual.relevance(of: 0.45) - 0.5) < 1e-9 && usual.relevance(of: 0.1) == 0)
        #expect(EmbeddingScale(unrelated: [], related: [1]) == nil)
    }
}
