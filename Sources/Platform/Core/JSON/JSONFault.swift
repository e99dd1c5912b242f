/// Why a text is no JSON that is accepted.
public enum JSONFault: Error, Hashable, Sendable {
    /// It is no JSON, or has another shape than was asked for, from this byte on, 0-based.
    case syntax(offset: Int)
    case notUTF8
    /// Its objects and arrays stand in each other deeper than is allowed.
    case tooDeep
}
