import Foundation
import TestSupport
import Testing

/// The OpenAPI document says what the server does: schemathesis makes requests from it, good ones and
/// bad ones, and compares the answers.
///
/// `make test` sends each value at and beyond its limits, `make soak` random requests, too.
@Suite struct OpenAPIDocumentTests {
    private static let checks = [
        "not_a_server_error", "status_code_conformance", "content_type_conformance",
        "response_headers_conformance", "response_schema_conformance", "negative_data_rejection",
        "positive_data_acceptance", "missing_required_header", "unsupported_method",
    ]
    private static let completions = "/v1/chat/completions"
    /// What schemathesis breaks at random in a value of several forms, it sometimes breaks into another
    /// form that is allowed: only here random requests are good ones alone.
    private static let runs =
        SoakReport.isWanted
        ? [
            ["--exclude-path", completions, "--phases", "coverage,fuzzing"],
            ["--include-path", completions, "--phases", "coverage"],
            ["--include-path", completions, "--phases", "fuzzing", "--mode", "positive"],
        ] : [["--phases", "coverage"]]

    @Test func theDocumentAndTheServerAgree() async throws {
        let names = [
            "requests-per-address", "questions-per-visitor", "questions-per-address",
            "questions-per-node", "answers-per-visitor", "answers-per-address", "answers-per-node",
            "api-tokens-per-day",
        ]
        let chat = try await RunningChat(
            model: "fast-3", names.flatMap { ["--limit", "\($0)=1000000"] },
            environment: [
                "ROBBIEBLOCKS_ADMIN_TOKEN": "an administrator's token",
                // One field carries both.
                "ROBBIEBLOCKS_API_KEY": "an administrator's token",
            ])
        let folder = try TestFolder()
        // A value that is too long may make the whole body so: 413 is a refusal, too.
        try folder.write(
            "schemathesis.toml",
            "[checks]\nnegative_data_rejection.expected-statuses = [\"4xx\"]\n")
        for run in Self.runs {
            let address = chat.address
            let result = try await HTTPClient(port: 0).onThread {
                try Program.run(
                    "/usr/bin/env",
                    [
                        "-C", folder.path, "/usr/bin/python3", "-B",
                        PythonPackages.folder + "/bin/schemathesis", "--no-color", "run",
                        address + "/api/openapi.json", "--url", address, "--checks",
                        Self.checks.joined(separator: ","), "--max-examples", "15", "--max-time",
                        "20", "--seed", "4",
                        // A byte of zero in an address ends the connection before there is a
                        // request.
                        "--generation-allow-x00", "false", "--generation-database", "none",
                        "--request-timeout", "10", "--header",
                        "Authorization: Bearer an administrator's token",
                    ] + run, environment: PythonPackages.environment)
            }
            #expect(
                result.status == 0,
                "\(run): \(result.output.suffix(12_000))\(result.errors.suffix(4000))")
        }
        #expect(!chat.program.hasStopped)
    }
}
