import Core
import Glibc

/// The resources that this process uses, read from `/proc`.
public struct ProcessUsage: Hashable, Sendable {
    /// The bytes of memory in use now, without child processes.
    public var residentBytes: Int
    /// Processor time since the start, in seconds.
    public var processorSeconds: Double
    public var openDescriptors: Int
    /// The start of the process, in seconds since 1970.
    public var startTime: Double

    /// - Returns: nil when `/proc` is missing.
    public static func current() -> ProcessUsage? {
        guard let process = try? Directory("/proc/self"), let system = try? Directory("/proc"),
            let memory = try? process.read("statm"), let times = try? process.read("stat"),
            let machine = try? system.read("stat"), let descriptors = try? process.names(in: "fd")
        else { return nil }
        // The program's name is in brackets and may hold any character.
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
            // The two folders above and the listing itself are open during the count.
            openDescriptors: max(0, descriptors.count - 3), startTime: booted + start / ticks)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
