import Build
import Chat
import CommandLine
import Core
import Publishing
import System

/// The chat of a preview: in the process that serves the site, for this machine.
enum PreviewChat {
    /// - Parameter hasDrafts: whether the site will have drafts; a folder that has them already need not
    ///   be told.
    /// - Returns: nil, and says why, when there is no database or something else that chat needs: a
    ///   site can be looked at without.
    static func make(
        for node: String, output: String, hasDrafts: Bool = false, console: Console
    ) async -> ChatService? {
        // Drafts would come into the index that the published site's visitors are answered from.
        guard !hasDrafts, !isFolderOfDrafts("\(output)/\(node)", output, node) else {
            console.errors.writeLine("without chat: the site has drafts")
            return nil
        }
        do {
            var configuration = try await Project.find().chat(nodes: [node], output: output)
            // Every open page holds a socket, and whoever presses Ctrl-C does not wait for them.
            configuration.drainSeconds = 1
            return ChatService(configuration) { event in
                if case .index = event { return }
                ChatProcess.show(event, on: console)
            }
        } catch {
            let reason = Diagnostic(reporting: error)
            console.errors.writeLine("without chat: \(reason.message)")
            return nil
        }
    }

    private static func isFolderOfDrafts(
        _ path: String, _ output: String, _ node: String
    ) -> Bool {
        guard let folder = try? Directory(path), folder.target(ofLink: "current") != nil else {
            return false
        }
        return (try? SiteFolder(output: output, node: node).hasDrafts) ?? false
    }

    /// Serves, with the chat behind it if there is one.
    static func run(
        _ chat: ChatService?, _ serve: () async throws(Diagnostic) -> Void
    ) async throws(Diagnostic) {
        guard let chat else { return try await serve() }
        try await chat.run(behind: serve)
    }
}
