public import AssetBundling
public import Planning
import Synchronization
import SystemSupport

/// The render workers of one build: as many as asked for, each busy with one batch at a time.
public actor RenderPool {
    private let runtime: WorkerRuntime
    private var setup: WorkerSetup?
    private let executable: String
    private let limits: Limits
    private var idle: [RenderWorkerProcess] = []
    private var started = 0
    private let count: Int
    private let condemned = CondemnedComponents()
    private var waiting: [CheckedContinuation<RenderWorkerProcess, Never>] = []

    /// How long work may take before it is ended, in milliseconds.
    public struct Limits: Sendable {
        /// For one page; a page that takes longer is ended and reported.
        public var page = 5000
        /// For starting a worker and loading all components.
        public var start = 30_000

        public init() {}
    }

    /// - Parameters:
    ///   - runtime: what each worker loads before it knows the site.
    ///   - executable: this program, which is also the worker.
    ///   - count: how many workers run at once.
    public init(
        runtime: WorkerRuntime, executable: String, count: Int, limits: Limits = Limits()
    ) {
        self.runtime = runtime
        self.executable = executable
        self.count = max(1, count)
        self.limits = limits
    }

    /// Starts all workers, so that they load the engine while the site is still being read.
    public func start() async {
        while started < count {
            started += 1
            let worker = RenderWorkerProcess(
                runtime: runtime, executable: executable, limits: limits, condemned: condemned)
            // A worker that cannot start says so when it gets its first job.
            try? await worker.load()
            give(worker)
        }
    }

    /// Gives the workers the site whose pages they will render; called once, before `render`.
    public func use(_ setup: WorkerSetup) { self.setup = setup }

    /// Renders a batch on the next free worker; results are in the order of the jobs.
    ///
    /// - Throws: when no worker can be started at all. What a job does wrong is part of its result.
    public func render(_ jobs: [RenderJob]) async throws -> [RenderedPage] {
        guard !jobs.isEmpty, let setup else { return [] }
        let worker = await take()
        defer { give(worker) }
        return try await worker.render(jobs, of: setup)
    }

    private func take() async -> RenderWorkerProcess {
        if let worker = idle.popLast() { return worker }
        if started < count {
            started += 1
            return RenderWorkerProcess(
                runtime: runtime, executable: executable, limits: limits, condemned: condemned)
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
