import Publishing

/// Lists the errors found in an output folder as text.
enum RepairLines {
    private static let limit = 5

    /// Returns the first few, and the number of the rest.
    static func of(_ faults: [FolderFault]) -> [String] {
        // Errors that needed more than restoring come first.
        let ordered =
            faults.filter { $0.remedy != .restored } + faults.filter { $0.remedy == .restored }
        let lines = ordered.prefix(limit).map { fault in
            switch fault.remedy {
            case .none: "damaged: \(fault)"
            // A release that could not be rebuilt is not a repair.
            case .steppedBack: "not repaired: \(fault)"
            default: "repaired: \(fault)"
            }
        }
        guard faults.count > limit else { return lines }
        return lines + ["repaired: \(faults.count - limit) more; status --json lists them"]
    }
}
