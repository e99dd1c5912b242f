/// Counts the steps of one bundling, for tests and time measurements.
public struct BundlingWork: Sendable, Hashable {
    /// How often a kind of step was computed or reused.
    public struct Tally: Sendable, Hashable {
        public var made: Int
        /// Results taken from the cache.
        public var reused: Int

        public init(made: Int = 0, reused: Int = 0) {
            self.made = made
            self.reused = reused
        }
    }

    /// Components, layouts and the document shell, including those with errors.
    public var modules = Tally()
    public var styleSheets = Tally()
    /// The browser's modules are made together, in one step.
    public var islands = Tally()
    /// The small modules that enhance the HTML of components, each made separately.
    public var behaviours = Tally()
    /// The node's `custom_scripts`.
    public var scripts = Tally()

    public init() {}

    /// Whether nothing was computed, so that esbuild was not started.
    public var isNothing: Bool {
        [modules, styleSheets, islands, behaviours, scripts].allSatisfy { $0.made == 0 }
    }
}

extension BundlingWork.Tally: CustomStringConvertible {
    /// For example `compiled 1, reused 24`.
    public var description: String { "compiled \(made), reused \(reused)" }
}
