/// What the steps of one bundling did, for tests and for those who wonder where the time went.
public struct BundlingWork: Sendable, Hashable {
    /// How often a kind of step was really done.
    public struct Tally: Sendable, Hashable {
        public var made: Int
        /// Results that were known from before.
        public var reused: Int

        public init(made: Int = 0, reused: Int = 0) {
            self.made = made
            self.reused = reused
        }
    }

    /// Components, layouts and the document shell; one with a fault counts too.
    public var modules = Tally()
    public var styleSheets = Tally()
    /// The browser's modules are made together: one step.
    public var islands = Tally()
    /// The small modules that enhance the HTML of components, each made by itself.
    public var behaviours = Tally()
    /// The node's `custom_scripts`.
    public var scripts = Tally()

    public init() {}

    /// Whether nothing was made anew, and so esbuild was not started.
    public var isNothing: Bool {
        [modules, styleSheets, islands, behaviours, scripts].allSatisfy { $0.made == 0 }
    }
}

extension BundlingWork.Tally: CustomStringConvertible {
    /// `compiled 1, reused 24`
    public var description: String { "compiled \(made), reused \(reused)" }
}
