import CLinux
import Core
import Glibc

/// Returns how many processors this process may use: those in its affinity mask (`taskset`, a
/// service's `CPUAffinity=`), or fewer when a control group limits its time (a container's limit,
/// `CPUQuota=`).
public func processorCount() -> Int {
    let quota = ProcessorQuota(groups: ProcessorQuota.text(of: "/proc/self/cgroup") ?? "")
    return max(1, min(allowedProcessors(), quota.processors ?? .max))
}

/// Returns the processors in this thread's affinity mask, which is its process's mask unless
/// changed.
private func allowedProcessors() -> Int {
    // One bit per processor; the kernel rejects a mask that is too short for the machine.
    var mask = [UInt8](repeating: 0, count: 8192)
    guard sched_getaffinity(0, UInt(mask.count), &mask) == 0 else {
        return sysconf(Int32(_SC_NPROCESSORS_ONLN))
    }
    return mask.reduce(0) { $0 + $1.nonzeroBitCount }
}

/// The processor time that control groups, version 1 or 2, allow a process.
struct ProcessorQuota {
    /// Rounded up: half a processor counts as one. nil without a limit.
    let processors: Int?

    /// - Parameters:
    ///   - groups: the content of `/proc/self/cgroup`.
    ///   - mount: the folder of the control groups.
    init(groups: String, mount: String = "/sys/fs/cgroup") {
        var shares: [Double] = []
        for line in groups.splitUTF8(separator: "\n") {
            let fields = line.splitUTF8(
                separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if fields[1].isEmpty {
                // Version 2, or version 2 in a folder of its own beside version 1.
                for root in [mount, mount + "/unified"] {
                    shares += Self.shares(from: fields[2], in: root, Self.quota)
                }
            } else if fields[1].splitUTF8(separator: ",").contains("cpu") {
                for root in ["\(mount)/\(fields[1])", mount + "/cpu"] {
                    shares += Self.shares(from: fields[2], in: root, Self.legacyQuota)
                }
            }
        }
        processors = shares.min().map { max(1, Int($0.rounded(.up))) }
    }

    /// Returns the limits of a group and its parents; a container sees its own group as the
    /// topmost.
    private static func shares(
        from group: Substring, in root: String, _ read: (String) -> Double?
    ) -> [Double] {
        var shares: [Double] = []
        var path = root
        if let share = read(path) { shares.append(share) }
        for name in group.splitUTF8(separator: "/") where name != ".." {
            path += "/" + name
            if let share = read(path) { shares.append(share) }
        }
        return shares
    }

    /// `cpu.max` holds `200000 100000`, or `max 100000`.
    private static func quota(_ folder: String) -> Double? {
        let numbers = text(of: folder + "/cpu.max")?.splitUTF8(separator: " ") ?? []
        guard numbers.count == 2 else { return nil }
        return share(numbers[0], of: numbers[1])
    }

    /// In version 1 the quota is -1 when there is no limit.
    private static func legacyQuota(_ folder: String) -> Double? {
        guard let time = text(of: folder + "/cpu.cfs_quota_us"),
            let period = text(of: folder + "/cpu.cfs_period_us")
        else { return nil }
        return share(time[...], of: period[...])
    }

    private static func share(_ time: Substring, of period: Substring) -> Double? {
        guard let time = Double(time), let period = Double(period), time > 0, period > 0 else {
            return nil
        }
        return min(time / period, 1_000_000)
    }

    /// Returns the text of a short file without trailing white space; nil when it cannot be read.
    static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        return String(String(decoding: buffer[..<count], as: UTF8.self).trimmingUTF8(" \t\n"))
    }
}
