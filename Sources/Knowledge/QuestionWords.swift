import UTF8Text

/// A question as it is looked up: without the words that belong to asking, and with those that a page
/// may have in their place.
struct QuestionWords: Hashable, Sendable {
    var text: String
    /// Groups of words, separated by spaces, that stand for each other: those that the question may
    /// have a word of. The database folds each word of each group, which takes its time.
    private(set) var related: [String] = []

    /// Nothing of what a page is about; words such as "the" and "does" are left out by the database.
    private static let fillers: Set<String> = [
        "much", "many", "long", "tell", "please", "know", "want", "need", "like", "could", "would",
        "should", "get", "give", "show", "explain", "find", "thank", "thanks", "hello", "hi", "hey",
        "okay", "ok", "someone", "something", "anything", "anyone", "also", "really", "us", "let",
        "question", "wondering", "bitte", "danke", "hallo", "gibt", "viel", "viele", "merci",
        "bonjour",
    ]

    /// What visitors ask most, in the words of the asker and of the page.
    private static let groups = [
        "cost costs price prices priced pricing fee", "contact email phone call",
        "office offices address location", "buy order purchase", "delivery shipping deliver ship",
        "customer client", "job jobs career careers vacancy", "refund refunds return returns",
        "help support", "discount rebate",
        "preis preise kosten kostet teuer gebühr", "prix coût coûte tarif", "precio precios cuesta",
    ]

    /// The beginning of a word of a group, three or four letters → the groups.
    private static let beginnings: [String: [Int]] = groups.enumerated().reduce(into: [:]) {
        beginnings, group in
        for word in Words.separated(group.element) {
            beginnings[String(word.prefix(4)), default: []].append(group.offset)
        }
    }

    /// Its first 4000 characters, without the one that PostgreSQL has not.
    static func storable(_ question: String) -> String {
        let question = String(question.prefix(4000))
        return question.utf8.contains(0) ? question.replacingUTF8("\0", with: " ") : question
    }

    init(_ question: String) {
        let question = Self.storable(question)
        text = question
        var numbers: Set<Int> = []
        for word in Words.letters(of: question.lowercased()) {
            for length in 3...4 {
                numbers.formUnion(Self.beginnings[String(word.prefix(length))] ?? [])
            }
        }
        related = numbers.sorted().map { Self.groups[$0] }
        // What is quoted is meant as it stands.
        guard !question.containsUTF8("\"") else { return }
        let kept = Words.separated(question).filter { word in
            !Self.fillers.contains(Words.letters(of: word.lowercased()).joined())
        }
        if !kept.isEmpty { text = kept.joined(separator: " ") }
    }
}
