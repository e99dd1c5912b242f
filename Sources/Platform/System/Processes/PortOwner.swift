import Core

/// The process that listens on a TCP port of this machine, if this user may see it.
public struct PortOwner: Hashable, Sendable {
    public var name: String
    public var process: Int

    /// The most bytes to read of a socket table.
    private static let tableLimit = 8 << 20

    /// Finds the listening socket in the kernel's tables, then the process that has it open.
    ///
    /// - Returns: nil when no process, or another user's process, listens.
    public static func find(port: Int) -> PortOwner? {
        let sockets = Set(["net/tcp", "net/tcp6"].flatMap { listeners(on: port, in: $0) })
        guard !sockets.isEmpty, let root = try? Directory("/proc"),
            let names = try? root.names()
        else { return nil }
        for process in names.compactMap({ Int($0) }) {
            guard let folder = try? Directory("/proc/\(process)/fd"),
                let descriptors = try? folder.names(),
                descriptors.contains(where: {
                    folder.target(ofLink: $0).map(sockets.contains) ?? false
                })
            else { continue }
            let name = (try? root.read("\(process)/comm", limit: 4096)) ?? []
            let text = String(decoding: name, as: UTF8.self)
            return PortOwner(name: String(text.trimmingUTF8(" \n")), process: process)
        }
        return nil
    }

    /// Returns the sockets that listen on the port, in the form of a descriptor's link.
    private static func listeners(on port: Int, in table: String) -> [String] {
        guard let root = try? Directory("/proc/self"),
            let bytes = try? root.read(table, limit: tableLimit)
        else { return [] }
        return String(decoding: bytes, as: UTF8.self).splitUTF8(separator: "\n").dropFirst()
            .compactMap { line in
                // sl, local_address, rem_address, st, queues, tr, retrnsmt, uid, timeout, inode
                let fields = line.splitUTF8(separator: " ")
                guard fields.count > 9, fields[3] == "0A",
                    let hexadecimal = fields[1].splitUTF8(separator: ":").last,
                    Int(hexadecimal, radix: 16) == port
                else { return nil }
                return "socket:[\(fields[9])]"
            }
    }
}
