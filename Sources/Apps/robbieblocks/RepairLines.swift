import Publishing

/// What was wrong in an output folder, for a person to read.
enum RepairLines {
    private static let limit = 5

    /// The first few, and how many more there are.
    static func of(_ faults: [SiteFault]) -> [String] {
        // What was more than restored comes first.
        let ordered =
            faults.filter { $0.remedy != .restored } + faults.filter { $0.remedy == .restored }
        let lines = ordered.prefix(limit).map { fault in
            switch fault.remedy {
            case .none: "damaged: \(fault)"
            // A release that could not be made is no repair.
            case .steppedBack: "not repaired: \(fault)"
            default: "repaired: \(fault)"
            }
        }
        guard faults.count > limit else { return lines }
        return lines + ["repaired: \(faults.count - limit) more; status --json lists them"]
    }
}
