import AssetBundling
import Diagnostics
import Planning
import RenderProtocol
import SiteModel
import SystemSupport
import UTF8Text

/// The program's side of one render worker: starts it, feeds it, ends it, and starts it again.
///
/// A worker that dies or overruns its time costs its own job alone. That job is run once more on a
/// fresh worker which announces each piece before it renders it: the last one announced is at fault.
actor RenderWorkerProcess {
    private let runtime: WorkerRuntime
    private var site: RenderedSite?
    private var setup: WorkerSetup? { site?.setup }
    private let program: String
    private let limits: RenderPool.Limits
    private let executor = ThreadExecutor(name: "rb-worker")
    private var running: RunningWorker?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    init(runtime: WorkerRuntime, program: String, limits: RenderPool.Limits) {
        self.runtime = runtime
        self.program = program
        self.limits = limits
    }

    /// Starts the worker and lets it load the engine, without waiting for it.
    func load() throws { _ = try spawn() }

    /// Loads the engine and the site, as the first page would do; what goes wrong is said then.
    func prepare(for site: RenderedSite) {
        self.site = site
        _ = try? start()
    }

    /// Whether it has done so much that a new one is better.
    var isWorn: Bool {
        running.map { $0.rendered >= limits.pages || $0.loads >= limits.sites } ?? false
    }

    /// Its process id, while it runs.
    var process: Int32? { running?.identifier }

    /// Ends the worker; it holds nothing that must be saved.
    func end() { stop() }

    func render(_ jobs: [RenderJob], of site: RenderedSite) throws -> [RenderedPage] {
        self.site = site
        let condemned = site.condemned
        var pages: [RenderedPage] = []
        pages.reserveCapacity(jobs.count)
        while pages.count < jobs.count {
            let job = jobs[pages.count]
            if let diagnostic = condemned.verdict(on: job) {
                pages.append(RenderedPage(job: job, outcome: .failed([diagnostic])))
                continue
            }
            let rest = Array(jobs[pages.count...].prefix { condemned.verdict(on: $0) == nil })
            if try render(rest, into: &pages) { continue }
            pages.append(try renderCarefully(jobs[pages.count]))
        }
        return pages
    }

    /// Renders until all is done or the worker fails.
    ///
    /// - Returns: whether all jobs have a result.
    private func render(_ jobs: [RenderJob], into pages: inout [RenderedPage]) throws -> Bool {
        let channel = try start()
        do throws(FrameChannel.Failure) {
            let request = WorkerProtocol.Request.render(jobs: jobs, announcesSteps: false)
            running?.rendered += jobs.count
            try channel.send(request.encode())
            for job in jobs {
                guard case .page(let outcome) = try reply(from: channel) else { throw .closed }
                pages.append(page(job, outcome))
            }
            return true
        } catch {
            stop()
            return false
        }
    }

    /// Renders one job alone, piece by piece, to name the piece that ends the worker.
    private func renderCarefully(_ job: RenderJob) throws -> RenderedPage {
        stop()
        let channel = try start()
        var piece: Int?
        do throws(FrameChannel.Failure) {
            let request = WorkerProtocol.Request.render(jobs: [job], announcesSteps: true)
            try channel.send(request.encode())
            while true {
                switch try reply(from: channel) {
                case .step(let next): piece = next
                case .page(let outcome): return page(job, outcome)
                case .ready, .refused: throw .closed
                }
            }
        } catch {
            let death: Death =
                switch (error, stop()) {
                case (.timedOut, _): .tookTooLong
                case (_, .exited(ProcessLimits.outOfMemoryStatus)?): .neededTooMuchMemory
                case (_, let ending): .crashed(ending)
                }
            let diagnostic = explain(death, of: job, piece: piece)
            if let piece, job.pieces.indices.contains(piece),
                case .component(let index, _) = job.pieces[piece].content
            {
                site?.condemned.add(component: index, because: diagnostic)
            }
            return RenderedPage(job: job, outcome: .failed([diagnostic]))
        }
    }

    private func reply(from channel: FrameChannel) throws(FrameChannel.Failure)
        -> WorkerProtocol.Reply
    {
        let frame = try channel.receive(milliseconds: limits.page)
        guard let reply = try? WorkerProtocol.Reply(decoding: frame) else { throw .closed }
        return reply
    }

    /// All that a worker is told by its environment. The engine's last compiler tier costs more
    /// than a build can win back; a crash is told by the parent, not by a backtrace.
    private static let environment = [
        "TZ": "UTC", "JSC_useFTLJIT": "0", "SWIFT_BACKTRACE": "enable=no",
    ]

    /// Starts a worker; it loads the engine while this goes on.
    private func spawn() throws -> RunningWorker {
        let (ours, theirs) = try FrameChannel.pair()
        let channel = FrameChannel(descriptor: ours, limit: WorkerProtocol.frameLimit)
        let process: ChildProcess
        do {
            // Closed here at once: while it is open, the worker's end would go unnoticed.
            defer { FrameChannel.close(theirs) }
            process = try ChildProcess(
                executable: program, arguments: [], environment: Self.environment,
                workingFolder: "/", streams: .init(input: theirs), newGroup: true)
        } catch  where error.isNotFound {
            throw Diagnostic(
                .workerFailed, error.diagnostic.message,
                hint: "robbieblocks-worker belongs into the same folder as robbieblocks")
        }
        let worker = RunningWorker(process: process, channel: channel)
        running = worker
        // A worker that is gone already is found out by the next message to it.
        try? worker.load(runtime)
        return worker
    }

    /// A worker that is ready for jobs.
    ///
    /// One that had another site loads the engine anew: code that ran may have left something behind.
    private func start() throws -> FrameChannel {
        let worker = try running ?? spawn()
        let channel = worker.channel
        guard let site, worker.site !== site else { return channel }
        let reason: String
        do throws(FrameChannel.Failure) {
            if worker.site != nil { try worker.load(runtime) }
            try channel.send(WorkerProtocol.Request.setup(site.setup).encode())
            let frame = try channel.receive(milliseconds: limits.start)
            switch try? WorkerProtocol.Reply(decoding: frame) {
            case .ready:
                worker.site = site
                return channel
            case .refused(let words): reason = "cannot load the components: \(words)"
            default: reason = "answered in an unexpected form"
            }
        } catch {
            reason =
                error == .timedOut
                ? "did not start within \(limits.start / 1000) s"
                : "ended while it loaded the components"
        }
        stop()
        throw Diagnostic(.workerFailed, "the render worker \(reason)")
    }

    /// Ends the worker, if it runs, and says how it ended.
    @discardableResult
    private func stop() -> ChildProcess.Ending? {
        defer { running = nil }
        return running?.end()
    }
}

/// A process that ends with this value: a worker holds nothing that must be saved.
private final class RunningWorker {
    let channel: FrameChannel
    /// The site whose components it has.
    var site: RenderedSite?
    /// Pages that it was given.
    var rendered = 0
    /// How often it was told to load the engine.
    private(set) var loads = 0
    var identifier: Int32 { process.identifier }
    private let process: ChildProcess
    private var ending: ChildProcess.Ending?

    init(process: ChildProcess, channel: FrameChannel) {
        self.process = process
        self.channel = channel
    }

    deinit { end() }

    /// Has it load the engine, without waiting for it.
    func load(_ runtime: WorkerRuntime) throws(FrameChannel.Failure) {
        loads += 1
        try channel.send(WorkerProtocol.Request.load(runtime).encode())
    }

    /// - Returns: how the process ended: by itself, or by the signal sent here.
    @discardableResult
    func end() -> ChildProcess.Ending? {
        if let ending { return ending }
        process.send(signal: 9)
        ending = process.wait()
        return ending
    }
}

extension RenderWorkerProcess {
    private func page(_ job: RenderJob, _ outcome: WorkerProtocol.PageOutcome) -> RenderedPage {
        switch outcome {
        case .html(let html, let links):
            return RenderedPage(
                job: job, outcome: .html(html),
                links: links.map { .init(path: $0.path, line: $0.line) })
        case .faults(let faults):
            return RenderedPage(
                job: job, outcome: .failed(faults.map { diagnostic(for: $0, in: job) }))
        }
    }

    private func diagnostic(for fault: WorkerProtocol.Fault, in job: RenderJob) -> Diagnostic {
        var location = location(ofPiece: fault.piece, in: job)
        switch fault.kind {
        case .markdown:
            location.field = "content"
            location.line = fault.line
            return Diagnostic(.contentTooLarge, fault.message, at: location)
        case .props:
            location.field = "props"
            return Diagnostic(.badProps, fault.message, at: location)
        case .schema:
            return Diagnostic(
                .badPropsSchema, "props_schema is not a JSON Schema: \(fault.message)",
                at: .init(component: location.component, field: "props_schema"))
        case .size:
            return Diagnostic(.outputTooLarge, fault.message, at: location)
        case .render:
            if let place = place(inStack: fault.stack) {
                location.field = place.codeField
                location.line = place.line
                location.column = place.column
            }
            return Diagnostic(.renderFailed, "rendering failed: \(fault.message)", at: location)
        }
    }

    private func location(ofPiece piece: Int?, in job: RenderJob) -> Diagnostic.Location {
        var location = Diagnostic.Location(page: job.page.page.key)
        if let piece, job.pieces.indices.contains(piece) {
            location.block = job.pieces[piece].order
            if case .component(let index, _) = job.pieces[piece].content {
                location.component = setup?.components[index].key
            }
        } else {
            location.field = setup?.layouts[job.layout].codeField
        }
        return location
    }

    /// The innermost frame of the stack that is in a component's, layout's or document's own code.
    private func place(
        inStack stack: String
    ) -> (codeField: String, line: Int, column: Int)? {
        for frame in stack.splitUTF8(separator: "\n") {
            let address =
                frame.splitUTF8(separator: "@", omittingEmptySubsequences: false).last ?? frame
            let parts = address.splitUTF8(separator: ":")
            guard parts.count == 4, let line = Int(parts[2]), let column = Int(parts[3]),
                let module = module(kind: parts[0], key: parts[1])
            else { continue }
            // The wrapper stands before the first line of the compiled code.
            let shift = line == 1 ? WorkerProtocol.factoryPrefix.count : 0
            if let place = module.sourceMap.original(
                line: line, column: max(1, column - shift), in: module.sourceFile)
            {
                return (module.codeField, place.line, place.column)
            }
        }
        return nil
    }

    private func module(kind: Substring, key: Substring) -> CompiledModule? {
        switch kind {
        case "component": setup?.components.first { $0.key == key }
        case "layout": setup?.layouts.first { $0.key == key }
        case "document": setup?.document
        default: nil
        }
    }

    /// How a worker came to its end while it rendered one page.
    private enum Death {
        case tookTooLong
        case neededTooMuchMemory
        case crashed(ChildProcess.Ending?)
    }

    private func explain(_ death: Death, of job: RenderJob, piece: Int?) -> Diagnostic {
        var location = location(ofPiece: piece, in: job)
        let isMarkdown =
            piece.map { job.pieces.indices.contains($0) && job.pieces[$0].content == .markdown }
            ?? false
        if isMarkdown { location.field = "content" }
        let subject = isMarkdown ? "the Markdown" : "rendering"
        switch death {
        case .tookTooLong:
            return Diagnostic(
                .renderTimedOut,
                "\(subject) did not end within \(Double(limits.page) / 1000) s and was stopped",
                at: location,
                hint: isMarkdown ? "simplify the content" : "look for a loop that does not end")
        case .neededTooMuchMemory:
            return Diagnostic(
                .renderOutOfMemory, "\(subject) needed more memory than a page may have (1 GiB)",
                at: location,
                hint: isMarkdown
                    ? "simplify the content"
                    : "look for a list or a string that grows without end")
        case .crashed(let ending):
            return Diagnostic(
                .renderFailed, "\(subject) ended the render worker (\(Self.words(for: ending)))",
                at: location)
        }
    }

    private static func words(for ending: ChildProcess.Ending?) -> String {
        switch ending {
        case .exited(let status)?: "exit status \(status)"
        case .killed(let signal)?: "signal \(signal)"
        case nil: "it was gone"
        }
    }
}
