/// Returns a number with its noun: `1 edit`, `12 edits`.
public func counted(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
}
