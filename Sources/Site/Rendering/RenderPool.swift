public import Bundling
import Core
import Synchronization
import System

/// Renders the pages of one site on some of the workers, each busy with one batch at a time.
public actor RenderPool {
    private let runtime: WorkerRuntime
    private let workers: RenderWorkers
    private var site: RenderedSite?
    private let count: Int
    private var wanted: Int
    /// The number of batches that have a worker or wait for one.
    private var busy = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Time limits in milliseconds, and how much one worker does before it is replaced.
    public struct Limits: Sendable {
        /// For one page; a page that takes longer is stopped and reported.
        public var page = 5000
        /// For one piece of a page that timed out, in the second run that finds the piece at fault.
        var pieceAfterTimeout: Int { min(page, max(1000, page / 5)) }
        /// For starting a worker and loading all components.
        public var start = 30_000
        /// Pages after which a worker is replaced when it is idle.
        public var pages = 4096
        /// Sites, or versions of their components, after which an idle worker is replaced.
        public var sites = 64

        public init() {}
    }

    /// Creates a pool with workers of its own.
    ///
    /// - Parameters:
    ///   - runtime: what each worker loads before it knows the site.
    ///   - program: the path of the worker's program.
    ///   - count: how many workers run at once.
    public init(
        runtime: WorkerRuntime, program: String, count: Int, limits: Limits = Limits()
    ) {
        self.init(
            runtime: runtime, count: count,
            sharing: RenderWorkers(program: program, count: count, limits: limits))
    }

    /// Creates a pool that shares its workers with other pools.
    ///
    /// - Parameter count: how many of the workers may render this site at once.
    public init(runtime: WorkerRuntime, count: Int, sharing workers: RenderWorkers) {
        self.runtime = runtime
        self.workers = workers
        self.count = max(1, count)
        wanted = self.count
        workers.addPool()
    }

    deinit { workers.removePool() }

    /// Starts workers, so that they load the engine while the site is still being read.
    ///
    /// - Parameter limit: how many; all when nil.
    public func start(_ limit: Int? = nil) async {
        await workers.start(min(count, limit ?? count), with: runtime)
    }

    /// Sets the site whose pages the workers render next; called between builds.
    public func use(_ setup: WorkerSetup) { site = RenderedSite(setup: setup) }

    /// Ends idle workers until at most `limit` are left, or one for each site: one worker is enough
    /// for occasional edits.
    public func shrink(to limit: Int) async { await workers.shrink(to: limit) }

    /// Announces how many pages will be rendered: a worker is started only when it has enough to
    /// do.
    ///
    /// Starting a worker takes as long as rendering some hundred pages on a running one.
    public func expect(pages: Int) {
        wanted = min(count, 1 + pages / Self.pagesWorthAWorker)
    }

    private static let pagesWorthAWorker = 200

    /// Renders a batch on the next free worker; results are in the order of the jobs.
    ///
    /// - Throws: when no worker can be started at all. A job's own errors are part of its result.
    public func render(_ jobs: [RenderJob]) async throws -> [RenderedPage] {
        guard !jobs.isEmpty else { return [] }
        guard let site else {
            throw Diagnostic(.workerFailed, "the render workers were given no site")
        }
        await enter()
        let worker = await workers.take(for: site, with: runtime)
        let pages: Result<[RenderedPage], any Error>
        do {
            pages = .success(try await worker.render(jobs, of: site))
        } catch {
            pages = .failure(error)
        }
        await workers.give(worker, with: runtime, of: site)
        leave()
        return try pages.get()
    }

    /// The process ids of the idle workers.
    var processes: [Int32] { get async { await workers.processes } }

    private func enter() async {
        if busy < wanted {
            busy += 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func leave() {
        if waiting.isEmpty {
            busy -= 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
