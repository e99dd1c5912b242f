import Build
import CommandLine
import Core
import Operations
import Publishing
import System

/// `robbieblocks verify`: compares a complete output folder with its expected content.
enum Verify {
    private static let repair = Option.flag(
        "repair", help: "repair damage, from the folder itself or else from the rows")

    private struct Answer: Encodable {
        var node: String
        var isSound: Bool
        var objects: Int
        var files: Int
        var bytes: Int
        var faults: [FolderFault]
        /// The release for which pages were rendered again.
        var release: Int?
        /// The release at which the site is held, when the hold prevents repairs.
        var heldRelease: Int?
        var diagnostics: [Diagnostic]?
    }

    static func command(_ console: Console) -> Command {
        Command(
            "verify", summary: "Check the output folder of a node against its ledger",
            discussion: """
                Reads every object and every file of both trees, and compares them with the ledger, \
                the ledger with itself, and the link 'current' with both. Exits with 3 when something \
                is wrong. --repair repairs it: from objects, from a tree that still has the \
                bytes, or by rendering the pages concerned again from the rows, which needs the \
                database. The exit code is then 3 only for what could not be repaired, such as lost \
                bytes while the site is held, and 1 when a page cannot be rendered.
                """,
            options: [CommonOptions.node, repair, CommonOptions.output, Option.json],
            examples: [
                .init("robbieblocks verify --node testpilot", "after disk errors"),
                .init("robbieblocks verify --node testpilot --repair", "and repair it"),
            ],
            exitMeanings: [
                .content: "with --repair: a page that was lost cannot be rendered",
                .environment: """
                the folder is damaged, with --repair beyond repair; or an environment error
                """,
            ]
        ) { invocation in
            let node = invocation[CommonOptions.node]
            let output = try invocation.outputFolder()
            guard let root = try? Directory("\(output)/\(node)"),
                ["current", "ledger.sqlite"].contains(where: root.exists)
            else {
                throw await Diagnostic.notBuilt(node, in: output)
            }
            let folder = try SiteFolder(output: output, node: node)
            let progress = ProgressReporter(
                terminal: console.errors, isSilent: invocation[.json])
            let found = try folder.verify(repairs: invocation[repair]) { done, total in
                progress.update("\(node): comparing", done: done, total: total)
            }
            progress.clear()
            var answer = Answer(
                node: node, isSound: found.faults.isEmpty, objects: found.objects,
                files: found.files, bytes: found.bytes, faults: found.faults)
            var code: ExitCode = found.remaining.isEmpty ? .success : .environment
            if found.needsBuild {
                let report = try await render(node, output, of: folder) {
                    progress.show($0, of: node)
                }
                progress.clear()
                switch report.outcome {
                case .published(let number): answer.release = number
                case .unchanged: break
                case .held: code = .environment
                case .refused: code = max(code, .content)
                }
                answer.diagnostics = report.diagnostics
                if !report.errors.isEmpty { code = max(code, .content) }
            }
            if invocation[repair], code == .environment {
                answer.heldRelease = try folder.hold()?.release
            }
            if invocation[.json] {
                try console.output.write(json: answer)
            } else {
                show(answer, in: output, isRepaired: invocation[repair], code, on: console)
            }
            return code
        }
    }

    /// Renders lost files from the rows, as a watch would: edits that wait for a manual build still
    /// wait.
    private static func render(
        _ node: String, _ output: String, of folder: SiteFolder,
        progress: @Sendable (BuildProgress) -> Void
    ) async throws -> BuildReport {
        let project = try Project.find()
        let builder = try project.builder(on: try project.database())
        var options = BuildOptions(node: node, output: output, workers: processorCount())
        options.keepsGoing = true
        options.includesDrafts = try folder.hasDrafts
        options.compresses = try folder.isCompressed()
        options.keptReleases = max(options.keptReleases, try folder.releases().count + 1)
        return try await builder.keeper(options).build(.reconciliation, progress: progress)
    }

    private static func show(
        _ answer: Answer, in folder: String, isRepaired: Bool, _ code: ExitCode,
        on console: Console
    ) {
        let output = console.output
        func command(_ name: String, _ options: String = "") -> String {
            commandLine(name, node: answer.node, output: folder, options)
        }
        for fault in answer.faults { output.writeLine("\(fault)") }
        if let diagnostics = answer.diagnostics, !diagnostics.isEmpty {
            let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
            console.errors.write(printer.text(for: diagnostics))
        }
        let name = output.styled(answer.node, .bold)
        let size = MeasureWords.size(answer.bytes)
        output.writeLine(
            "\(name): \(counted(answer.objects, "object")) and \(counted(answer.files, "file")) compared, "
                + "\(size) read")
        if answer.isSound {
            output.writeLine("  everything matches the ledger")
        } else if let release = answer.heldRelease {
            output.writeLine(
                "  not everything was repaired, since the site is held at release \(release)")
            output.writeLine(
                "  run: \(command("resume")), or roll back to an undamaged release")
        } else if isRepaired, code != .success {
            output.writeLine("  not everything was repaired")
        } else if !isRepaired {
            output.writeLine(
                "  \(counted(answer.faults.count, "fault")); to repair, run: "
                    + command("verify", "--repair"))
        } else {
            let release = answer.release.map { ", release \($0) was made" } ?? ""
            output.writeLine("  \(counted(answer.faults.count, "fault")) repaired\(release)")
        }
    }
}
