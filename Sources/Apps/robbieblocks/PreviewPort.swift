import CommandLine
import HTTP
import System

/// The port of a preview, which may differ from the default.
struct PreviewPort {
    static let option = Option.integer(
        "port", "PORT", in: 0...65535, default: 8080,
        help:
            "where to listen; 0 is any free port. Without it, a port after 8080 is taken when 8080 "
            + "is in use")

    /// The number of ports tried after the default when other processes have it.
    private static let spareCount = 20

    let wanted: Int
    /// The number of ports after it that may be used instead: none after a port named in the call.
    let spares: Int

    init(_ invocation: Invocation) {
        wanted = invocation[Self.option]
        spares = invocation.isGiven(Self.option) ? 0 : Self.spareCount
    }

    /// Prints the site's address, and why its port is not the default.
    func announce(_ node: String, at address: ServerAddress, on console: Console) {
        if wanted > 0, address.port != wanted {
            let owner = PortOwner.find(port: wanted).map { "\($0.name) (process \($0.process))" }
            console.errors.writeLine(
                "port \(wanted) is in use by \(owner ?? "another process"), so this is "
                    + "port \(address.port)")
        }
        console.output.writeLine("\(node) is at \(address)/")
    }
}
