import Core
import Glibc

/// What this process takes of the machine, read from `/proc`.
public struct ProcessUsage: Hashable, Sendable {
    /// Memory that is in use now, in bytes; children are not counted.
    public var residentBytes: Int
    /// Processor time since the start, in seconds.
    public var processorSeconds: Double
    public var openDescriptors: Int
    /// When the process was started, in seconds since 1970.
    public var startTime: Double

    /// - Returns: nil where there is no `/proc` to read.
    public static func current() -> ProcessUsage? {
        guard let process = try? Directory("/proc/self"), let system = try? Directory("/proc"),
            let memory = try? process.read("statm"), let times = try? process.read("stat"),
            let machine = try? system.read("stat"), let descriptors = try? process.names(in: "fd")
        else { return nil }
        // The name of the program stands in brackets and may hold anything.
        let fields = text(times).splitUTF8(separator: ")").last?.splitUTF8(separator: " ") ?? []
        let pages = text(memory).splitUTF8(separator: " ")
        let boot = text(machine).splitUTF8(separator: "\n").first { $0.hasUTF8Prefix("btime ") }
        guard fields.count > 19, let user = Double(fields[11]), let kernel = Double(fields[12]),
            let start = Double(fields[19]), pages.count > 1, let resident = Int(pages[1]),
            let booted = boot.flatMap({ Double($0.droppingUTF8Prefix("btime ") ?? $0) })
        else { return nil }
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        return ProcessUsage(
            residentBytes: resident * max(1, sysconf(Int32(_SC_PAGESIZE))),
            processorSeconds: (user + kernel) / ticks,
            // The two folders above and the listing itself are open while this is counted.
            openDescriptors: max(0, descriptors.count - 3), startTime: booted + start / ticks)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
