/// The results of searching a node's pages for a question.
struct SearchResults: Hashable, Sendable {
    var question: String
    /// Best first.
    var passages: [Passage] = []
    /// A link to the site's contact page.
    var contact: Citation?
    /// The text search configuration of the question's language, such as "english".
    var language = "english"
    /// Prefixes of words that an answer may contain → how much each counts.
    var cues: [String: Double] = [:]
    var aspect: Aspect?

    init(question: String, passages: [Passage] = []) {
        self.question = question
        self.passages = passages
        for word in Words.letters(of: question.lowercased()) where word.utf8.count > 2 {
            cues[Excerpt.stem(of: String(word))] = 1
        }
    }
}
