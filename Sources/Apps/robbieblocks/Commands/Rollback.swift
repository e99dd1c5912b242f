import CommandLine
import Content
import Core
import Publishing

/// `robbieblocks rollback`: makes a kept release live again, and holds the node there.
enum Rollback {
    private static let release = Argument.optional(
        "RELEASE", candidates: .releases,
        help: "its number; the one before the live one when left out")

    static func command(_ console: Console) -> Command {
        Command(
            "rollback", summary: "Make an earlier release of a node live again",
            discussion: """
                The site changes by one rename, forward as well as back. The node is held there: \
                edits are kept and shown as pending, and nothing is published until resume.
                """,
            options: [Releases.node, Build.output], arguments: [release],
            examples: [
                .init("robbieblocks rollback --node testpilot", "one release back"),
                .init("robbieblocks rollback --node testpilot 12", "to release 12"),
            ]
        ) { invocation in
            let node = invocation[Releases.node]
            let output = try invocation.outputFolder()
            let folder = try await Build.publishedSite(of: node, invocation)
            let wanted = try invocation[release].map { text in
                guard let number = Int(text), number > 0 else {
                    throw invocation.usageError(
                        "'\(text)' is not the number of a release",
                        hint: commandLine("releases", node: node, output: output)
                            + " lists them")
                }
                return number
            }
            let live = try folder.rollBack(to: wanted)
            console.output.writeLine(
                "\(console.output.styled(node, .bold)): release \(live) is live, and held")
            console.output.writeLine(
                "  to publish edits again, run: "
                    + commandLine("resume", node: node, output: output))
            return .success
        }
    }
}

/// `robbieblocks resume`: ends what a rollback holds.
enum Resume {
    static func command(_ console: Console) -> Command {
        Command(
            "resume", summary: "Publish the edits of a node again after a rollback",
            discussion: """
                Ends the hold. The live release stays until the next one, which is made of the rows \
                as they are then: a running watch is woken and publishes it at once; without one, \
                run build.
                """,
            options: [Releases.node, Build.output],
            examples: [.init("robbieblocks resume --node testpilot", "after a rollback")]
        ) { invocation in
            let node = invocation[Releases.node]
            let output = try invocation.outputFolder()
            let folder = try await Build.publishedSite(of: node, invocation)
            guard try folder.hold() != nil else {
                console.output.writeLine("\(node): nothing is held in \(output)/\(node)")
                return .success
            }
            try folder.resume()
            let live = try folder.currentRelease()?.number ?? 0
            console.output.writeLine(
                "\(console.output.styled(node, .bold)): release \(live) is live until the next one, "
                    + "which a watch publishes at once")
            console.output.writeLine(
                "  without a watch, run: " + commandLine("build", node: node, output: output))
            if let database = (try? Project.find())?.runningDatabase {
                // A watch that is not told looks by itself, a few seconds later.
                try? await ContentStore(of: database).wakeBuilder(of: node)
            }
            return .success
        }
    }
}
