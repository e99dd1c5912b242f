import Core
import Glibc

/// Releases the memory that holds the code of this program and its libraries.
///
/// Most code of a service runs once, at its start, and would count as its memory for as long as it
/// runs. Code still in use is loaded again from the system's cache within a millisecond or two.
public func releaseCodePages() {
    guard let process = try? Directory("/proc/self"), let maps = try? process.read("maps") else {
        return
    }
    for line in String(decoding: maps, as: UTF8.self).splitUTF8(separator: "\n") {
        guard let code = codeMapping(line) else { continue }
        // The result does not matter: the code stays mapped.
        madvise(
            UnsafeMutableRawPointer(bitPattern: code.lowerBound), code.count, MADV_DONTNEED)
    }
}

/// Parses `55d0a1c00000-55d0a2000000 r-xp 0031b000 fe:00 5308451   /usr/bin/program`: returns the
/// addresses of code that is mapped from a file and was never written to; nil for any other
/// mapping.
func codeMapping(_ line: some StringProtocol) -> Range<UInt>? {
    let fields = line.splitUTF8(separator: " ")
    guard fields.count > 5, fields[1] == "r-xp", fields[5].hasUTF8Prefix("/"),
        !fields[5].hasUTF8Prefix("/memfd:")
    else { return nil }
    let ends = fields[0].splitUTF8(separator: "-").map { UInt($0, radix: 16) }
    guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
    return start..<end
}
