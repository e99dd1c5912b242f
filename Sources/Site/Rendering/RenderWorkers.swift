import Bundling
import Synchronization

/// The render workers of a program: as many as requested, however many sites there are.
///
/// A worker holds the components of one site at a time and loads another site's when needed. A
/// worker that already holds the right components is preferred; otherwise the one that has been
/// idle longest is used.
public actor RenderWorkers {
    private struct Resting {
        var worker: RenderWorkerProcess
        var runtime: WorkerRuntime
        /// The site that the worker rendered last.
        var site: RenderedSite?
    }

    private let program: String
    private let limits: RenderPool.Limits
    private let count: Int
    /// Idle workers, the one that has been idle longest first.
    private var resting: [Resting] = []
    private var started = 0
    private var waiting: [CheckedContinuation<Resting, Never>] = []
    /// The number of pools, one for each site.
    private let pools = Mutex(0)

    /// - Parameters:
    ///   - program: the path of the worker's program.
    ///   - count: how many workers run at once.
    public init(program: String, count: Int, limits: RenderPool.Limits = .init()) {
        self.program = program
        self.count = max(1, count)
        self.limits = limits
    }

    nonisolated func addPool() { pools.withLock { $0 += 1 } }

    nonisolated func removePool() { pools.withLock { $0 -= 1 } }

    /// How many workers may stay idle: one for each site, up to `count`.
    private var atRest: Int { min(count, pools.withLock { $0 }) }

    /// Starts workers, so that they load the engine while the site is still being read.
    func start(_ limit: Int, with runtime: WorkerRuntime) async {
        while started < min(count, limit) {
            started += 1
            let worker = newWorker(with: runtime)
            // A worker that cannot start reports it when it gets its first job.
            try? await worker.load()
            give(worker, with: runtime, of: nil)
        }
    }

    /// Waits until a worker is free; callers are served in order.
    func take(for site: RenderedSite, with runtime: WorkerRuntime) async -> RenderWorkerProcess {
        let taken: Resting
        let index =
            resting.lastIndex { $0.site === site } ?? resting.lastIndex { $0.site == nil }
        if let index {
            taken = resting.remove(at: index)
        } else if started < count, resting.isEmpty || started < atRest {
            started += 1
            return newWorker(with: runtime)
        } else if !resting.isEmpty {
            taken = resting.removeFirst()
        } else {
            taken = await withCheckedContinuation { waiting.append($0) }
        }
        if taken.runtime.code == runtime.code, taken.runtime.prelude == runtime.prelude {
            return taken.worker
        }
        // The templates were reloaded after the worker was started.
        await taken.worker.end()
        return newWorker(with: runtime)
    }

    func give(
        _ worker: RenderWorkerProcess, with runtime: WorkerRuntime, of site: RenderedSite?
    ) {
        let free = Resting(worker: worker, runtime: runtime, site: site)
        if waiting.isEmpty {
            resting.append(free)
        } else {
            waiting.removeFirst().resume(returning: free)
        }
    }

    /// Ends idle workers until at most `limit` are left, or one for each site. Ends none while any
    /// worker is busy.
    ///
    /// A worker that has rendered many pages or sites is replaced, because an engine keeps a little
    /// memory for each. The new worker loads while nothing waits for it.
    func shrink(to limit: Int) async {
        guard waiting.isEmpty, resting.count == started else { return }
        let limit = max(limit, atRest)
        while started > limit, !resting.isEmpty {
            started -= 1
            await resting.removeFirst().worker.end()
        }
        for worn in resting {
            guard await worn.worker.isWorn,
                let index = resting.firstIndex(where: { $0.worker === worn.worker })
            else { continue }
            resting.remove(at: index)
            await worn.worker.end()
            let next = newWorker(with: worn.runtime)
            if let site = worn.site { Task { await next.prepare(for: site) } }
            give(next, with: worn.runtime, of: worn.site)
        }
    }

    /// The process ids of the idle workers.
    var processes: [Int32] {
        get async {
            var processes: [Int32] = []
            for entry in resting {
                if let process = await entry.worker.process { processes.append(process) }
            }
            return processes
        }
    }

    private func newWorker(with runtime: WorkerRuntime) -> RenderWorkerProcess {
        RenderWorkerProcess(runtime: runtime, program: program, limits: limits)
    }
}
