import CommandLineParsing
import Diagnostics
import Rendering

/// The program as its own render worker; started by a build, never by a person.
enum RenderWorkerCommand {
    static let command = Command(
        "render-worker", summary: "Render pages for a build", isHidden: true
    ) { _ in
        try RenderWorker.run(descriptor: 0)
        return .success
    }
}
