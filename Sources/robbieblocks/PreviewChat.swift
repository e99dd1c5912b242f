import Chat
import CommandLineParsing
import Diagnostics

/// The chat of a preview: in the process that serves the site, for this machine.
enum PreviewChat {
    /// - Returns: nil, and says why, when there is no database or something else that chat needs: a
    ///   site can be looked at without.
    static func make(for node: String, output: String, console: Console) async -> ChatService? {
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

    /// Serves, with the chat behind it if there is one.
    static func run(
        _ chat: ChatService?, _ serve: () async throws(Diagnostic) -> Void
    ) async throws(Diagnostic) {
        guard let chat else { return try await serve() }
        try await chat.run(behind: serve)
    }
}
