/// The engine's own JavaScript for render workers: React, the validator, and what calls them.
///
/// It does not depend on the site, so workers load it while the site is still being read.
public struct WorkerRuntime: Sendable {
    /// Gives the bare engine what React expects.
    public var prelude: String
    public var code: String
    /// The same with the development build of React, to say what is wrong with a piece that failed.
    public var explainingCode: String

    public init(prelude: String, code: String, explainingCode: String) {
        self.prelude = prelude
        self.code = code
        self.explainingCode = explainingCode
    }
}
