import Build
import Bundling
import Chat
import Core
import HTTP
import Operations
import Synchronization
import System

/// One run of `robbieblocks dev`: the watcher, the project's files and the browsers.
final class DevSession: Sendable {
    private let project: Project
    private let keeper: SiteKeeper
    private let watcher: SiteWatcher
    private let preview: LivePreview
    private let chat: ChatService?
    private let printer: WatchPrinter
    private let faults = Mutex(DevFaults())

    init(
        project: Project, keeper: SiteKeeper, watcher: SiteWatcher, preview: LivePreview,
        chat: ChatService?, printer: WatchPrinter
    ) {
        self.project = project
        self.keeper = keeper
        self.watcher = watcher
        self.preview = preview
        self.chat = chat
        self.printer = printer
    }

    /// Runs until a signal asks to stop.
    func run(onListening: @escaping @Sendable (ServerAddress) -> Void) async throws {
        let library = try TemplateLibrary(root: project.root)
        let files = try FileWatcher(root: project.root.path, folders: library.folders)
        try await TerminationSignals.cancelling(onRescan: reload) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await self.watcher.run { event in
                        self.printer.show(event)
                        self.tell(event)
                    }
                }
                group.addTask {
                    for await changes in files.changes {
                        self.printer.show(changes.faults)
                        await self.reload()
                    }
                }
                group.addTask {
                    let none = AsyncStream<PreviewEvent> { $0.finish() }
                    try await PreviewChat.run(self.chat) { () async throws(Diagnostic) in
                        try await self.preview.run(none, onListening: onListening)
                    }
                }
                // The first error ends the other tasks, such as a port that is taken; `waitForAll`
                // would wait for those still running.
                for try await _ in group {}
            }
        }
    }

    /// Reads templates and branding again, and builds the affected pages.
    private func reload() async {
        do {
            await keeper.use(try TemplateLibrary(root: project.root))
            printer.show(.reloaded)
            faults.withLock { $0.reloaded() }
            watcher.reconcile()
        } catch {
            let fault = Diagnostic(reporting: error)
            let event = WatchEvent.notReloaded(fault)
            // A file may be saved many times before it can be read successfully.
            if faults.withLock({ $0.files }) != [fault] { printer.show(event) }
            tell(event)
        }
    }

    private func tell(_ event: WatchEvent) {
        switch event {
        case .built(let report):
            if case .published(let release) = report.outcome {
                preview.send(.published(release: release, changed: report.changedFiles))
            }
        case .deaf(let diagnostic): preview.send(.disconnected(diagnostic.message))
        case .listening: preview.send(.connected)
        case .building, .failed, .found, .notReloaded, .reloaded, .repaired, .standingBy, .tookHome:
            break
        }
        // Events are sent in the order in which they happened.
        faults.withLock { faults in
            faults.apply(event)
            preview.send(faults.preview)
        }
    }
}
