/// Values that only the program knows. A shell asks the program for them while it completes a word.
///
/// The program has a hidden command `complete KIND [PREFIX]` that prints one per line.
public enum Candidates: String, Sendable, Hashable, CaseIterable {
    case nodes, releases, routes, layouts, apps, limits

    /// The name of that command.
    public static let command = "complete"
    /// The options whose values are passed to the command when they are already on the line.
    static let passedOn = ["node", "output"]
}
