import CommandLine
import Content
import Core
import Publishing
import SiteModel
import System

/// The result of `rollback` and `resume` for a node.
private struct Answer: Encodable {
    var node: String
    /// The live release.
    var release: Int
    /// The release at which a rollback holds the node.
    var heldRelease: Int?
    /// Whether the node was held before the command.
    var wasHeld: Bool
    var createdAt: String
    var pages: Int
    var files: Int
    var bytes: Int
    var buildHash: String

    init(_ node: String, in folder: SiteFolder, wasHeld: Bool) throws {
        guard let live = try folder.currentRelease() else {
            throw Diagnostic(.nothingToPublish, "no release is live", at: .init(node: node))
        }
        self.node = node
        self.wasHeld = wasHeld
        (release, heldRelease) = (live.number, try folder.hold()?.release)
        createdAt = isoTimestamp(milliseconds: live.createdAt)
        (pages, files, bytes) = (live.pages, live.files, live.bytes)
        buildHash = live.buildHash.description
    }
}

/// `robbieblocks rollback`: makes a kept release live again, and holds the node there.
enum Rollback {
    private static let release = Argument.optional(
        "RELEASE", candidates: .releases,
        help: "its number; without it, the release before the live one")

    static func command(_ console: Console) -> Command {
        Command(
            "rollback", summary: "Make an earlier release of a node live again",
            discussion: """
                The site changes by one rename, forward as well as back. The node is held there: \
                edits stay pending, and nothing is published until 'robbieblocks resume'.
                """,
            options: CommonOptions.publishedSite, arguments: [release],
            examples: [
                .init("robbieblocks rollback --node testpilot", "one release back"),
                .init("robbieblocks rollback --node testpilot 12", "to release 12"),
            ]
        ) { invocation in
            let node = invocation[CommonOptions.node]
            let output = try invocation.outputFolder()
            let folder = try await invocation.publishedSite(of: node)
            let wanted = try invocation[release].map { text in
                guard let number = Int(text), number > 0 else {
                    throw invocation.usageError(
                        "'\(text)' is not the number of a release",
                        hint: commandLine("releases", node: node, output: output)
                            + " lists them")
                }
                return number
            }
            let wasHeld = try folder.hold() != nil
            let live = try folder.rollBack(to: wanted)
            if invocation[.json] {
                let answer = try Answer(node, in: folder, wasHeld: wasHeld)
                try console.output.write(json: answer)
                return .success
            }
            console.output.writeLine(
                "\(console.output.styled(node, .bold)): release \(live) is live, and held")
            console.output.writeLine(
                "  to publish edits again, run: "
                    + commandLine("resume", node: node, output: output))
            return .success
        }
    }
}

/// `robbieblocks resume`: ends the hold of a rollback.
enum Resume {
    static func command(_ console: Console) -> Command {
        Command(
            "resume", summary: "Publish the edits of a node again after a rollback",
            discussion: """
                Ends the hold. The live release stays until the next one, which is built from the \
                then current rows. A running watch publishes it at once; without a watch, run build.
                """,
            options: CommonOptions.publishedSite,
            examples: [.init("robbieblocks resume --node testpilot", "after a rollback")]
        ) { invocation in
            let node = invocation[CommonOptions.node]
            let output = try invocation.outputFolder()
            let folder = try await invocation.publishedSite(of: node)
            let wasHeld = try folder.hold() != nil
            if wasHeld { try folder.resume() }
            if invocation[.json] {
                let answer = try Answer(node, in: folder, wasHeld: wasHeld)
                try console.output.write(json: answer)
            } else if !wasHeld {
                console.output.writeLine("\(node): not held in \(output)/\(node)")
            } else {
                let live = try folder.currentRelease()?.number ?? 0
                console.output.writeLine(
                    "\(console.output.styled(node, .bold)): release \(live) is live until the next one, "
                        + "which a running watch publishes at once")
                console.output.writeLine(
                    "  without a watch, run: " + commandLine("build", node: node, output: output))
            }
            if wasHeld, let database = (try? Project.find())?.runningDatabase {
                // A watch that is not notified checks by itself a few seconds later.
                try? await ContentStore(of: database).wakeBuilder(of: node)
            }
            return .success
        }
    }
}
