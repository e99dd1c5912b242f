import Core
import HTML
import Markdown
import RenderProtocol

/// Collects the remarks on a rendered page, in addition to its HTML.
enum PageRemarks {
    /// - Parameter markdown: the links and omissions of the page's Markdown, which have lines.
    static func of(_ html: [UInt8], _ markdown: RenderedMarkdown) -> WorkerProtocol.Remarks {
        var lines: [String: Int] = [:]
        for link in markdown.links {
            for address in [link.destination, link.address] where lines[address] == nil {
                lines[address] = link.line
            }
        }
        let found = PageReferences(in: html)
        var remarks = WorkerProtocol.Remarks()
        remarks.references = found.references.filter(isJudged).map {
            .init(kind: $0.kind, url: $0.url, line: lines[$0.url])
        }
        remarks.omissions = markdown.omissions.map { .init(what: $0.what, line: $0.line) }
        remarks.doubledIDs = found.doubledIDs
        return remarks
    }

    /// Whether the reference may be wrong; one that is valid on any page is not sent.
    private static func isJudged(_ reference: PageReferences.Reference) -> Bool {
        let url = reference.url
        return switch reference.kind {
        case .script, .style: !url.hasUTF8Prefix("/assets/")
        case _ where url.isEmpty: false
        case .link: !url.hasUTF8Prefix("mailto:") && !url.hasUTF8Prefix("tel:")
        case .picture: !url.hasUTF8Prefix("data:")
        case .media, .frame, .form, .plugin: true
        }
    }
}
