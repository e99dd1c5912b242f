import Build
import Bundling
import Core
import Foundation
import TestSupport
import Testing

/// Each way in which a render worker can fail has a code and a message of its own.
@Suite struct WorkerFailureTests {
    /// Frames that a worker sends: that it is ready, and one of a kind that there is not.
    private static let ready = #"printf '\001\000\000\000\000' >&0; "#
    private static let nonsense = #"printf '\001\000\000\000\011' >&0; "#
    /// Takes the frames that come before the first page: the runtime, and the site's components.
    private static let loaded =
        "next() { head -c $(head -c 4 <&0 | od -An -tu4) <&0 >/dev/null; }; next; next; "

    @Test(arguments: [
        (
            "exit 3", Diagnostic.Code.workerFailed,
            "ended while it loaded the components (exit status 3)"
        ),
        (nonsense + "cat <&0 >/dev/null", .workerProtocol, "sent something that is no answer"),
        (
            ready + nonsense + "cat <&0 >/dev/null", .workerProtocol,
            "sent something that is no answer"
        ),
        (ready + loaded + "head -c 9 <&0 >/dev/null; kill -6 $$", .renderCrashed, "it aborted"),
        (
            ready + loaded + "head -c 9 <&0 >/dev/null; kill -9 $$", .renderCrashed,
            "the system killed it"
        ),
        (ready + loaded + "head -c 9 <&0 >/dev/null; exit 7", .renderCrashed, "exit status 7"),
    ])
    func saysWhatHappened(
        _ script: String, _ code: Diagnostic.Code, _ words: String
    ) async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        let program = site.folder.path + "/worker"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let library = try site.library()
        let builder = SiteBuilder(
            database: site.database.target, library: library,
            bundler: try AssetBundler(
                searchPath: "/usr/local/bin:/usr/bin:/bin", cache: BundleCache()), worker: program)
        var options = BuildOptions(node: site.node, output: site.output, workers: 1)
        options.compresses = false
        let fault: Diagnostic?
        do {
            fault = try await builder.build(options).errors.first
        } catch {
            fault = Diagnostic(reporting: error)
        }
        #expect(fault?.code == code)
        #expect(fault?.message.contains(words) == true, "\(String(describing: fault))")
    }

    @Test func anUnexpectedErrorIsNotBlamedOnAWorker() {
        struct Odd: Error { var number = 7 }
        let fault = Diagnostic(reporting: Odd())
        #expect(fault.code == .internalError && fault.code.exitCode == .environment)
        #expect(fault.message.contains("Odd(number: 7)"))
    }
}
