import Bundling
import Core
import RenderProtocol
import SiteModel
import System

/// The program's side of one render worker: starts it, sends it jobs, ends it and restarts it.
///
/// A worker that dies or times out fails only its current job. That job runs once more on a fresh
/// worker, which announces each piece before it renders it: the last piece announced is at fault.
/// After a time-out, each piece has only a short time, because the page has already had its own.
actor RenderWorkerProcess {
    private let runtime: WorkerRuntime
    private(set) var site: RenderedSite?
    var setup: WorkerSetup? { site?.setup }
    private let program: String
    let limits: RenderPool.Limits
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

    /// Loads the engine and the site before the first page needs them; errors are reported with the
    /// first page.
    func prepare(for site: RenderedSite) {
        self.site = site
        _ = try? start()
    }

    /// Whether the worker has done so much that it should be replaced.
    var isWorn: Bool {
        running.map { $0.rendered >= limits.pages || $0.loads >= limits.sites } ?? false
    }

    /// The worker's process id while it runs.
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
            guard let trouble = try render(rest, into: &pages) else { continue }
            pages.append(try renderCarefully(jobs[pages.count], after: trouble))
        }
        return pages
    }

    /// Renders until all is done or the worker fails.
    ///
    /// - Returns: why the first job without a result has none; nil when all jobs have one.
    private func render(_ jobs: [RenderJob], into pages: inout [RenderedPage]) throws -> Trouble? {
        let channel = try start()
        do throws(Trouble) {
            let request = WorkerProtocol.Request.render(jobs: jobs, announcesSteps: false)
            running?.rendered += jobs.count
            try send(request, to: channel)
            for job in jobs {
                guard case .page(let outcome) = try reply(from: channel, within: limits.page)
                else { throw .malformed }
                pages.append(page(job, outcome))
            }
            return nil
        } catch {
            stop()
            return error
        }
    }

    /// Renders one job alone, piece by piece, to name the piece that ends the worker.
    private func renderCarefully(_ job: RenderJob, after trouble: Trouble) throws -> RenderedPage {
        stop()
        let patience = trouble == .timedOut ? limits.pieceAfterTimeout : limits.page
        let channel = try start()
        var piece: Int?
        do throws(Trouble) {
            let request = WorkerProtocol.Request.render(jobs: [job], announcesSteps: true)
            try send(request, to: channel)
            while true {
                switch try reply(from: channel, within: patience) {
                case .step(let next): piece = next
                case .page(let outcome): return page(job, outcome)
                case .ready, .refused: throw .malformed
                }
            }
        } catch {
            let death: Death =
                switch (error, stop(waiting: error == .closed)) {
                case (.timedOut, _): .tookTooLong
                case (.malformed, _): .spokeOtherwise
                case (_, .exited(WorkerProtocol.outOfMemoryStatus)?): .neededTooMuchMemory
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

    private enum Trouble: Error {
        case closed, timedOut
        /// The worker sent a message that is not a valid reply.
        case malformed

        init(_ failure: FrameChannel.Failure) {
            self =
                switch failure {
                case .closed: .closed
                case .timedOut: .timedOut
                case .tooLarge: .malformed
                }
        }
    }

    private func send(
        _ request: WorkerProtocol.Request, to channel: FrameChannel
    ) throws(Trouble) {
        do throws(FrameChannel.Failure) {
            try channel.send(request.encode())
        } catch {
            throw Trouble(error)
        }
    }

    private func reply(
        from channel: FrameChannel, within milliseconds: Int
    ) throws(Trouble) -> WorkerProtocol.Reply {
        let frame: [UInt8]
        do throws(FrameChannel.Failure) {
            frame = try channel.receive(milliseconds: milliseconds)
        } catch {
            throw Trouble(error)
        }
        guard let reply = try? WorkerProtocol.Reply(decoding: frame) else { throw .malformed }
        return reply
    }

    /// The complete environment of a worker. The engine's last compiler tier costs more than a
    /// build can win back. Without tail calls, a component that ends in a call keeps its frame in
    /// stacks, which shows where an error is. The parent reports a crash, so the worker prints no
    /// backtrace.
    private static let environment = [
        "TZ": "UTC", "LC_ALL": "en_US.UTF-8", "JSC_useFTLJIT": "0", "JSC_useTailCalls": "0",
        "SWIFT_BACKTRACE": "enable=no",
    ]

    /// Starts a worker, which loads the engine in the background.
    private func spawn() throws -> RunningWorker {
        let sockets = try SocketPair()
        let channel = FrameChannel(descriptor: sockets.ours, limit: WorkerProtocol.frameLimit)
        let process: ChildProcess
        do {
            // Closed here at once: while it is open, the program would not notice that the worker
            // ended.
            defer { sockets.closeTheirs() }
            process = try ChildProcess(
                executable: program, arguments: [], environment: Self.environment,
                workingFolder: "/", streams: .init(input: sockets.theirs), newGroup: true)
        } catch  where error.isNotFound {
            throw Diagnostic(
                .workerFailed, error.diagnostic.message,
                hint: "robbieblocks-worker belongs into the same folder as robbieblocks")
        }
        let worker = RunningWorker(process: process, channel: channel)
        running = worker
        // If the worker has already ended, the next message to it fails.
        try? worker.load(runtime)
        return worker
    }

    /// Returns the channel of a worker that is ready for jobs.
    ///
    /// A worker that had another site reloads the engine, because that site's code may have left
    /// state behind.
    private func start() throws -> FrameChannel {
        let worker = try running ?? spawn()
        let channel = worker.channel
        guard let site, worker.site !== site else { return channel }
        let reason: String
        var code = Diagnostic.Code.workerFailed
        do throws(FrameChannel.Failure) {
            if worker.site != nil { try worker.load(runtime) }
            try channel.send(WorkerProtocol.Request.setup(site.setup).encode())
            let frame = try channel.receive(milliseconds: limits.start)
            switch try? WorkerProtocol.Reply(decoding: frame) {
            case .ready:
                worker.site = site
                return channel
            case .refused(let words): reason = "cannot load the components: \(words)"
            default:
                code = .workerProtocol
                reason = "sent something that is no answer"
            }
        } catch {
            switch error {
            case .timedOut: reason = "did not start within \(limits.start / 1000) s"
            case .tooLarge:
                code = .workerProtocol
                reason = "sent something that is no answer"
            case .closed:
                reason =
                    "ended while it loaded the components (\(Self.words(for: stop(waiting: true))))"
            }
        }
        stop()
        throw Diagnostic(
            code, "the render worker \(reason)",
            hint: code == .workerProtocol ? Self.versionHint : nil)
    }

    static let versionHint =
        "robbieblocks and robbieblocks-worker must come from the same build: install both again"

    /// Ends the worker, if it runs, and returns how it ended.
    ///
    /// - Parameter waiting: whether the worker has closed its socket and gets time to exit by
    ///   itself, so that its exit status is known.
    @discardableResult
    private func stop(waiting: Bool = false) -> ChildProcess.Ending? {
        defer { running = nil }
        return running?.end(waiting: waiting)
    }
}
