/// Why a JSON text was rejected.
public enum JSONFault: Error, Hashable, Sendable {
    /// The text is not valid JSON, or not of the requested shape, from this byte on, 0-based.
    case syntax(offset: Int)
    case notUTF8
    /// Its objects and arrays are nested deeper than allowed.
    case tooDeep
    case tooLong
}
