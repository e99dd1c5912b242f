import CLinux
import Core
import Glibc

/// The service manager that started this program, told how it is doing by systemd's protocol.
///
/// Each message is one datagram of `NAME=value` lines to the socket that `NOTIFY_SOCKET` names. A
/// program that no manager started has no such variable, and then nothing is sent at all.
///
/// ```swift
/// let manager = ServiceManager.takeFromEnvironment()
/// try manager.ready(status: "release 41 is live")
/// await manager.keepWatchdogFed { await watcher.isResponding }
/// ```
///
/// Every method throws a `SystemError` when the message could not be handed over within a second. A
/// manager that is never told `ready` ends the program, so that one matters; the others may be left
/// to the next message.
public final class ServiceManager: Sendable {
    /// As `NOTIFY_SOCKET` has it: an absolute path, or `@` and an abstract name.
    private let address: String?
    /// How often the manager wants a sign of life: it ends the program after twice this time without
    /// one; nil when it does not watch.
    public let watchdogInterval: Duration?

    private static let variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

    /// Reads the manager's variables and removes them, so that no child can speak for this program.
    ///
    /// To be called once, before other threads read the environment.
    public static func takeFromEnvironment() -> ServiceManager {
        var found: [String: String] = [:]
        for name in variables {
            found[name] = environmentVariable(name)
            unsetenv(name)
        }
        return ServiceManager(environment: found, process: getpid())
    }

    /// - Parameters:
    ///   - environment: what the manager set; others of its variables are overlooked.
    ///   - process: this program's identifier: a watchdog may be meant for another process.
    public init(environment: [String: String], process: Int32) {
        let name = environment["NOTIFY_SOCKET"] ?? ""
        address = name.isEmpty ? nil : name
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(process) } ?? true
        let period = environment["WATCHDOG_USEC"].flatMap { Int($0) } ?? 0
        watchdogInterval =
            isOurs && period > 0 && address != nil ? .microseconds(max(1, period / 2)) : nil
    }

    /// Whether there is somebody to tell.
    public var isPresent: Bool { address != nil }

    /// The program has started, or is done with reloading: it does its work from now on.
    public func ready(status: String? = nil) throws(SystemError) {
        try send(["READY=1"] + (status.map { [Self.line($0)] } ?? []))
    }

    /// The program reads everything anew, until `ready` is sent again.
    public func reloading() throws(SystemError) {
        try send(["RELOADING=1", "MONOTONIC_USEC=\(monotonicMicroseconds())"])
    }

    /// The program is on its way to its end.
    public func stopping(status: String? = nil) throws(SystemError) {
        try send(["STOPPING=1"] + (status.map { [Self.line($0)] } ?? []))
    }

    /// One line on how things are, which `systemctl status` shows.
    public func status(_ text: String) throws(SystemError) { try send([Self.line(text)]) }

    /// A sign of life, due every `watchdogInterval`.
    public func ping() throws(SystemError) {
        if watchdogInterval != nil { try send(["WATCHDOG=1"]) }
    }

    /// Starting or stopping takes longer than the unit grants: `time` more, from now on.
    public func extendTimeout(by time: Duration) throws(SystemError) {
        let (seconds, fraction) = time.components
        let microseconds = Int(seconds) * 1_000_000 + Int(fraction / 1_000_000_000_000)
        try send(["EXTEND_TIMEOUT_USEC=\(microseconds)"])
    }

    /// Sends signs of life until the task is cancelled; returns at once when none are wanted.
    ///
    /// - Parameter isAlive: asked before each one. When it says no, or does not return, the manager
    ///   hears nothing and in the end starts the program anew, which is what a watchdog is for.
    public func keepWatchdogFed(while isAlive: @Sendable () async -> Bool = { true }) async {
        guard let watchdogInterval else { return }
        while !Task.isCancelled {
            // A message that is lost is made up for by the next one.
            if await isAlive() { try? ping() }
            try? await Task.sleep(for: watchdogInterval)
        }
    }

    /// A line break in the text would start a message of its own.
    private static func line(_ text: String) -> String {
        let isControl = { (scalar: UnicodeScalar) in scalar.value < 0x20 || scalar.value == 0x7f }
        let scalars = text.unicodeScalars.prefix(500).map { isControl($0) ? " " : $0 }
        return "STATUS=" + String(String.UnicodeScalarView(scalars))
    }

    private func send(_ lines: [String]) throws(SystemError) {
        guard let address else { return }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        let isAbstract = path.first == UInt8(ascii: "@")
        // An abstract name starts with a zero and ends with its length; a path ends with a zero.
        if isAbstract { path[0] = 0 } else { path.append(0) }
        let room = MemoryLayout.size(ofValue: name.sun_path)
        guard isAbstract || address.hasUTF8Prefix("/"), path.count <= room else {
            throw SystemError("reach the service manager at", path: address, number: EINVAL)
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path) }
        let start = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 2
        let length = socklen_t(start + path.count)

        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw SystemError("create a socket") }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let message = Array(lines.joined(separator: "\n").utf8)
        while true {
            let count = withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, length
                    )
                }
            }
            if count == message.count { return }
            if errno != EINTR {
                throw SystemError("reach the service manager at", path: address)
            }
        }
    }
}
