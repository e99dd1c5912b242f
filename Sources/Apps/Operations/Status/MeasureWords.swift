/// Durations and sizes in words, as commands print them.
public enum MeasureWords {
    /// Returns an age, in one unit.
    public static func age(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86400) days"
        }
    }

    public static func duration(_ milliseconds: Double) -> String {
        switch milliseconds {
        case ..<10: "\((milliseconds * 10).rounded() / 10) ms"
        case ..<10_000: "\(Int(milliseconds.rounded())) ms"
        default: age(Int(milliseconds.rounded()))
        }
    }

    /// Returns a number of bytes.
    public static func size(_ bytes: Int) -> String {
        bytes < 1 << 20
            ? "\((bytes + 512) >> 10) KiB"
            : "\((Double(bytes) / Double(1 << 20) * 10).rounded() / 10) MiB"
    }
}
