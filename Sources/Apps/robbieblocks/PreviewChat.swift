import Build
import Chat
import CommandLine
import Core
import Publishing
import System

/// The chat of a preview: it runs in the process that serves the site, for this machine only.
enum PreviewChat {
    /// - Parameter hasDrafts: whether the site will have drafts; a folder that already has drafts
    ///   is detected without it.
    /// - Returns: nil, with a message why, when the database or another requirement of chat is
    ///   missing: a site can be previewed without chat.
    static func make(
        for node: String, output: String, hasDrafts: Bool = false, console: Console
    ) async -> ChatService? {
        // Drafts would enter the index from which the published site's visitors are answered.
        guard !hasDrafts, !isFolderOfDrafts("\(output)/\(node)", output, node) else {
            console.errors.writeLine("without chat: the site has drafts")
            return nil
        }
        do {
            var configuration = try await Project.find().chat(nodes: [node], output: output)
            // Every open page holds a socket, and Ctrl-C should not wait for them.
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

    /// Serves the site, with chat if available.
    static func run(
        _ chat: ChatService?, _ serve: () async throws(Diagnostic) -> Void
    ) async throws(Diagnostic) {
        guard let chat else { return try await serve() }
        try await chat.run(behind: serve)
    }
}
