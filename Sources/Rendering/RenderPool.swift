public import Planning
import Synchronization
import SystemSupport

/// The render workers of one build: as many as asked for, each busy with one batch at a time.
public actor RenderPool {
    private let setup: WorkerSetup
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
    ///   - executable: this program, which is also the worker.
    ///   - count: how many workers run at once; they start when they are first needed.
    public init(
        setup: WorkerSetup, executable: String, count: Int, limits: Limits = Limits()
    ) {
        self.setup = setup
        self.executable = executable
        self.count = max(1, count)
        self.limits = limits
    }

    /// Renders a batch on the next free worker; results are in the order of the jobs.
    ///
    /// - Throws: when no worker can be started at all. What a job does wrong is part of its result.
    public func render(_ jobs: [RenderJob]) async throws -> [RenderedPage] {
        guard !jobs.isEmpty else { return [] }
        let worker = await take()
        defer { give(worker) }
        return try await worker.render(jobs)
    }

    private func take() async -> RenderWorkerProcess {
        if let worker = idle.popLast() { return worker }
        if started < count {
            started += 1
            return RenderWorkerProcess(
                setup: setup, executable: executable, limits: limits, condemned: condemned)
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
