import LanguageModels
import System
import TestSupport
import Testing

/// The examples in docs/chat.md produce the shown output.
@Suite struct ChatGuideTests {
    private let text: String

    init() throws { text = try ProjectFolder.text(of: "docs/chat.md") }

    @Test func itsStatementsAreTaken() async throws {
        let walk = try Walk(text)
        #expect(walk.steps.count >= 4)
        let reader = try await Reader()
        for step in walk.steps {
            let result = try await reader.run(step.script)
            #expect(
                result.ending == .exited(0), "docs/chat.md:\(step.line): \(result.lines)")
        }
    }

    /// The times and limits that it names are those that a row has without them.
    @Test func itsDefaultsAreTheColumns() async throws {
        let reader = try await Reader()
        let columns = try await reader.run(
            """
            robbieblocks psql -- -AtX -c "SELECT column_name || '=' || column_default
                FROM information_schema.columns WHERE table_name = 'ai_model_chain'"
            """)
        for (column, value) in [
            ("connect_timeout_ms", "2000"), ("first_token_timeout_ms", "15000"),
            ("stall_timeout_ms", "10000"), ("maximum_output_tokens", "1024"),
            ("context_tokens", "8192"),
        ] {
            #expect(columns.lines.contains("\(column)=\(value)"))
            let row = text.split(separator: "\n").first { $0.contains("`\(column)`") }
            #expect(row?.contains(value) == true, "\(column)")
        }
        #expect(text.contains("`\(ModelKeys.prefix)`"))
    }
}
