import Foundation
import TestSupport

@testable import Chat

/// A question that a visitor may ask, and what a right answer has.
struct VisitorQuestion: Sendable {
    var text: String
    /// The pages that answer it, any of which may come first; none when the site does not say.
    var pages: [String]
    /// Of which a right answer has one; none when the page is enough.
    var words: [String]

    /// The questions of a file of `Questions`: one a line, with tabs between its question, its pages and
    /// its words; "-" stands for none.
    static func all(in file: String) throws -> [VisitorQuestion] {
        let path = "\(ProjectFolder.path)/Tests/Chat/ChatTests/Knowledge/Questions/\(file).tsv"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            return VisitorQuestion(
                text: String(fields[0]), pages: list(fields[1], " "), words: list(fields[2], ";"))
        }
    }

    /// A field with several values; "-" has none.
    private static func list(_ field: Substring, _ separator: Character) -> [String] {
        field == "-" ? [] : field.split(separator: separator).map(String.init)
    }

    /// How an answer without a model does.
    struct Verdict: Sendable {
        var isRight: Bool
        var isFirst: Bool
    }

    func judge(_ answer: RetrievalAnswer) -> Verdict {
        guard !pages.isEmpty else { return Verdict(isRight: !answer.isFound, isFirst: false) }
        // Words of a page as they stand in Markdown.
        let text = answer.text.replacing("\\", with: "")
        let hasPage = answer.citations.contains { pages.contains($0.route) }
        let hasWords = words.isEmpty || words.contains { text.contains($0) }
        return Verdict(
            isRight: hasPage && hasWords,
            isFirst: answer.citations.first.map { pages.contains($0.route) } ?? false)
    }
}
