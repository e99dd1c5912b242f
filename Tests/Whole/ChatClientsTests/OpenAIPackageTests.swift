import Foundation
import TestSupport
import Testing

/// Programs that were written for OpenAI's API work against ours: the official Python package does, as
/// PyPI has it.
@Suite struct OpenAIPackageTests {
    @Test(arguments: [true, false])
    func theOfficialPackageWorksUnchanged(hasModel: Bool) async throws {
        let chat = try await RunningChat(
            model: hasModel ? "fast-20" : nil,
            ["--limit", "questions-per-address=1000", "--limit", "answers-per-address=100"],
            environment: ["ROBBIEBLOCKS_API_KEY": "a-key-of-this-test-program"])
        let address = chat.address
        let result = try await HTTPClient(port: 0).onThread {
            try Program.run(
                "/usr/bin/python3",
                [
                    "-B", ProjectFolder.path + "/Tests/Whole/ChatClientsTests/openai_package.py",
                    address,
                    hasModel ? "WORDS" : "PAGES",
                ], environment: PythonPackages.environment)
        }
        #expect(result.status == 0, "\(result.output)\(result.errors)\(chat.program.output)")
        #expect(result.output.hasSuffix("done\n"))
    }
}
