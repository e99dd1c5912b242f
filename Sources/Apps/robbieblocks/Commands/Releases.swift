import CommandLine
import Core
import FoundationEssentials
import Operations
import Publishing
import SiteModel
import System

/// `robbieblocks releases`: lists the releases available for a rollback.
enum Releases {
    private struct Line: Encodable {
        var release: Int
        var isLive: Bool
        var createdAt: String
        var cause: String
        var pages: Int
        var files: Int
        var bytes: Int
        var buildHash: String
    }

    static func command(_ console: Console) -> Command {
        Command(
            "releases", summary: "List the kept releases of a node",
            discussion: "The newest comes first; the live one is marked.",
            options: CommonOptions.publishedSite,
            examples: [
                .init(
                    "robbieblocks releases --node testpilot",
                    "the releases that a rollback can choose")
            ]
        ) { invocation in
            let folder = try await invocation.publishedSite(of: invocation[CommonOptions.node])
            let releases = try folder.releases()
            let hold = try folder.hold()
            let output = console.output
            if invocation[.json] {
                let lines = releases.map {
                    Line(
                        release: $0.number, isLive: $0.isLive,
                        createdAt: isoTimestamp(milliseconds: $0.createdAt), cause: $0.cause,
                        pages: $0.pages, files: $0.files, bytes: $0.bytes,
                        buildHash: $0.buildHash.description)
                }
                try output.write(json: lines)
                return .success
            }
            show(releases, on: output)
            if let hold {
                let resume = commandLine(
                    "resume", node: invocation[CommonOptions.node],
                    output: try invocation.outputFolder())
                output.writeLine(
                    "held at release \(hold.release); to publish later edits, run: \(resume)")
            }
            return .success
        }
    }

    private static func show(_ releases: [Release], on output: Terminal) {
        let rows =
            [["", "release", "made at", "pages", "size", "by"]]
            + releases.map { release in
                [
                    release.isLive ? "live" : "", "\(release.number)",
                    isoTimestamp(milliseconds: release.createdAt), "\(release.pages)",
                    MeasureWords.size(release.bytes), CauseWords.of(release.cause),
                ]
            }
        let widths = (0..<5).map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).map { text, width in
                text + String(repeating: " ", count: width - text.utf8.count)
            }
            let mark = output.styled(cells[0], .bold)
            output.writeLine(
                ([mark] + cells.dropFirst() + [row[5]]).joined(separator: "  "))
        }
    }
}
