/// The site whose pages the workers of a pool render, until the pool gets another.
final class RenderedSite: Sendable {
    let setup: WorkerSetup
    let condemned = CondemnedComponents()

    init(setup: WorkerSetup) { self.setup = setup }
}
