import Core
import PageText
import System

/// A page that was read, as it goes into the index.
struct ReadPage: Sendable {
    var page: LivePage
    var digest: SHA256Digest
    var document: PageDocument

    /// - Throws: when the file cannot be read; it may have gone with a later release.
    init(_ page: LivePage, in tree: Directory) throws(SystemError) {
        let html = try tree.read(page.path, limit: LiveSite.pageLimit)
        self.page = page
        self.page.bytes = html.count
        digest = SHA256Digest(hashing: html)
        document = PageText.read(html)
    }

    /// What identifies each passage among those of its page: its words, by which language they are
    /// folded, and where they stand. Of two equal ones the second is another.
    var passageDigests: [SHA256Digest] {
        var seen: [PagePassage: Int] = [:]
        return document.passages.map { passage in
            let number = seen[passage, default: 0]
            seen[passage] = number + 1
            var hasher = SHA256Hasher()
            for field in [document.title, passage.context.joined(separator: "\n"), passage.heading]
            {
                hasher.update(field: field)
            }
            hasher.update(field: document.language)
            hasher.update(field: passage.anchor ?? "")
            hasher.update(field: passage.text)
            hasher.update(field: passage.code)
            hasher.update(field: String(number))
            return hasher.finalize()
        }
    }

    /// For each passage, its text without examples of code.
    var prose: [String] {
        document.passages.map { passage in
            guard !passage.code.isEmpty else { return passage.text }
            let code = Set(passage.code.splitUTF8(separator: "\n").map { ExactText(String($0)) })
            return passage.text.splitUTF8(separator: "\n").filter {
                !code.contains(ExactText(String($0)))
            }
            .joined(separator: "\n")
        }
    }
}
