public import AssetBundling
import Diagnostics
public import Planning
import Synchronization
import SystemSupport

/// The render workers of one site: as many as asked for, each busy with one batch at a time.
public actor RenderPool {
    private let runtime: WorkerRuntime
    private var site: RenderedSite?
    private let program: String
    private let limits: Limits
    private var idle: [RenderWorkerProcess] = []
    private var started = 0
    private let count: Int
    private var wanted: Int
    private var waiting: [CheckedContinuation<RenderWorkerProcess, Never>] = []

    /// How long work may take before it is ended, in milliseconds, and how much one worker does.
    public struct Limits: Sendable {
        /// For one page; a page that takes longer is ended and reported.
        public var page = 5000
        /// For starting a worker and loading all components.
        public var start = 30_000
        /// Pages after which a worker is replaced when there is nothing to do.
        public var pages = 4096
        /// Sites, or versions of their components, after which it is replaced likewise.
        public var sites = 64

        public init() {}
    }

    /// - Parameters:
    ///   - runtime: what each worker loads before it knows the site.
    ///   - program: the path of the worker's program.
    ///   - count: how many workers run at once.
    public init(
        runtime: WorkerRuntime, program: String, count: Int, limits: Limits = Limits()
    ) {
        self.runtime = runtime
        self.program = program
        self.count = max(1, count)
        wanted = self.count
        self.limits = limits
    }

    /// Starts workers, so that they load the engine while the site is still being read.
    ///
    /// - Parameter limit: how many; all when nil.
    public func start(_ limit: Int? = nil) async {
        while started < min(count, limit ?? count) {
            started += 1
            let worker = newWorker()
            // A worker that cannot start says so when it gets its first job.
            try? await worker.load()
            give(worker)
        }
    }

    /// Gives the workers the site whose pages they will render; called between builds.
    public func use(_ setup: WorkerSetup) { site = RenderedSite(setup: setup) }

    /// Ends idle workers until at most `limit` are left: one is enough for an edit now and then.
    ///
    /// One that has rendered many pages is replaced, since an engine keeps a little of each: the new
    /// one loads while nobody waits for it.
    public func shrink(to limit: Int) async {
        while started > limit, let worker = idle.popLast() {
            await worker.end()
            started -= 1
        }
        guard let site else { return }
        for worker in idle {
            guard await worker.isWorn, let index = idle.firstIndex(where: { $0 === worker }) else {
                continue
            }
            idle.remove(at: index)
            await worker.end()
            let next = newWorker()
            Task { await next.prepare(for: site) }
            give(next)
        }
    }

    /// Says how many pages are to be rendered: a worker is started only when it has enough to do.
    ///
    /// Its start takes as long as a running one takes for some hundred pages.
    public func expect(pages: Int) {
        wanted = min(count, 1 + pages / Self.pagesWorthAWorker)
    }

    private static let pagesWorthAWorker = 200

    /// Renders a batch on the next free worker; results are in the order of the jobs.
    ///
    /// - Throws: when no worker can be started at all. What a job does wrong is part of its result.
    public func render(_ jobs: [RenderJob]) async throws -> [RenderedPage] {
        guard !jobs.isEmpty else { return [] }
        guard let site else {
            throw Diagnostic(.workerFailed, "the render workers were given no site")
        }
        let worker = await take()
        defer { give(worker) }
        return try await worker.render(jobs, of: site)
    }

    /// Process ids of the workers that are at rest.
    var processes: [Int32] {
        get async {
            var processes: [Int32] = []
            for worker in idle {
                if let process = await worker.process { processes.append(process) }
            }
            return processes
        }
    }

    private func newWorker() -> RenderWorkerProcess {
        RenderWorkerProcess(runtime: runtime, program: program, limits: limits)
    }

    private func take() async -> RenderWorkerProcess {
        if let worker = idle.popLast() { return worker }
        if started < wanted {
            started += 1
            return newWorker()
        }
        return await withCheckedContinuation { waiting.append($0) }
    }

    private func give(_ worker: RenderWorkerProcess) {
        if waiting.isEmpty {
            idle.append(worker)
        } else {
            waiting.removeFirst().resume(returning: worker)
        }
    }
}
