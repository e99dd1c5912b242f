/// An exception that JavaScript code threw, or a script that does not parse.
public struct JavaScriptError: Error, Hashable, Sendable {
    public var message: String
    /// The URL given to the script that threw.
    public var source: String?
    /// 1-based.
    public var line: Int?
    /// One frame a line, innermost first: `name@source:line:column`.
    public var stack: String
}
