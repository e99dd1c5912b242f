import Core
import System

/// A page that was read for the index.
struct ReadPage: Sendable {
    var page: LivePage
    var digest: SHA256Digest
    var document: PageDocument

    /// - Throws: when the file cannot be read, for example because a later release removed it.
    init(_ page: LivePage, in tree: Directory) throws(SystemError) {
        let html = try tree.read(page.path, limit: LiveSite.pageLimit)
        self.page = page
        self.page.bytes = html.count
        digest = SHA256Digest(hashing: html)
        document = PageText.read(html)
    }

    /// The digests that identify the passages within their page, from the words, the language that
    /// folds them and the position of the passage. A repeated passage gets a digest of its own.
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

    /// Each passage's text without code examples.
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
