/// The progress of a build; sent often, and cheap to ignore.
public enum BuildProgress: Sendable, Hashable {
    case reading
    case bundling
    case rendering(done: Int, total: Int)
    case publishing
}
