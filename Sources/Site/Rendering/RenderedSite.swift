/// What the workers of a pool render pages of, until it is given another.
final class RenderedSite: Sendable {
    let setup: WorkerSetup
    let condemned = CondemnedComponents()

    init(setup: WorkerSetup) { self.setup = setup }
}
