/// Values that only the program can know; a shell asks it for them while it completes a word.
///
/// The program has a hidden command `complete KIND [PREFIX]` that prints one a line.
public enum Candidates: String, Sendable, Hashable, CaseIterable {
    case nodes, releases, routes, layouts, apps, limits

    /// The name of the program's command.
    public static let command = "complete"
    /// The options whose values the command is given when they stand on the line already.
    static let passedOn = ["node", "output"]
}
