import Foundation
import Synchronization
import TestSupport
import Testing

@testable import System

@Suite struct ServiceManagerTests {
    @Test(arguments: [false, true])
    func tellsEveryStepToTheSocket(isAbstract: Bool) throws {
        let socket = try NotifySocket(isAbstract: isAbstract)
        let manager = ServiceManager(
            environment: ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "30000000"],
            process: 1)
        #expect(manager.isPresent)
        #expect(manager.watchdogInterval == .seconds(15))
        try manager.ready(status: "release 41 is live")
        #expect(try socket.receive() == "READY=1\nSTATUS=release 41 is live")
        try manager.status("one\nWATCHDOG=trigger\u{7f}")
        #expect(try socket.receive() == "STATUS=one WATCHDOG=trigger ")
        try manager.ping()
        #expect(try socket.receive() == "WATCHDOG=1")
        let before = monotonicMicroseconds()
        try manager.reloading()
        let reloading = try socket.receive().split(separator: "\n")
        #expect(reloading.first == "RELOADING=1")
        let time = try #require(reloading.last?.split(separator: "="))
        #expect(time[0] == "MONOTONIC_USEC")
        #expect(try before...monotonicMicroseconds() ~= #require(Int(time[1])))
        try manager.extendTimeout(by: .milliseconds(2500))
        #expect(try socket.receive() == "EXTEND_TIMEOUT_USEC=2500000")
        try manager.stopping()
        #expect(try socket.receive() == "STOPPING=1")
    }

    @Test func socketsAreHandedToOneProcess() {
        func handed(_ environment: [String: String]) -> [Int32] {
            HandedSockets.descriptors(environment: environment, process: 42)
        }
        #expect(handed(["LISTEN_PID": "42", "LISTEN_FDS": "2"]) == [3, 4])
        #expect(handed(["LISTEN_PID": "41", "LISTEN_FDS": "2"]) == [])
        for count in ["", "0", "-1", "x"] {
            #expect(handed(["LISTEN_PID": "42", "LISTEN_FDS": count]) == [], "\(count)")
        }
        #expect(handed(["LISTEN_PID": "42", "LISTEN_FDS": "100000"]).count == 64)
        #expect(handed([:]) == [])
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["WATCHDOG_USEC": "1000"]])
    func nothingHappensWithoutAManager(environment: [String: String]) async throws {
        let manager = ServiceManager(environment: environment, process: 1)
        #expect(!manager.isPresent)
        #expect(manager.watchdogInterval == nil)
        try manager.ready()
        try manager.ping()
        // Would not return when there were a watchdog to feed.
        await manager.keepWatchdogFed {
            Issue.record("asked without a watchdog"); return true
        }
    }

    @Test func aWatchdogOfAnotherProcessIsNotFed() throws {
        let socket = try NotifySocket()
        var environment = ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "1000000"]
        environment["WATCHDOG_PID"] = "7"
        #expect(ServiceManager(environment: environment, process: 8).watchdogInterval == nil)
        #expect(ServiceManager(environment: environment, process: 7).watchdogInterval != nil)
        environment["WATCHDOG_USEC"] = "soon"
        #expect(ServiceManager(environment: environment, process: 7).watchdogInterval == nil)
    }

    @Test func theWatchdogIsFedOnlyWhileTheProgramIsAlive() async throws {
        let socket = try NotifySocket()
        let manager = ServiceManager(
            environment: ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "4000"], process: 1)
        let asked = AsyncStream.makeStream(of: Int.self)
        let feeding = Task {
            let counter = Atomic(0)
            await manager.keepWatchdogFed {
                let count = counter.add(1, ordering: .relaxed).newValue
                asked.continuation.yield(count)
                return count <= 2
            }
        }
        for await count in asked.stream where count > 5 { break }
        feeding.cancel()
        await feeding.value
        #expect(try socket.receive() == "WATCHDOG=1")
        #expect(try socket.receive() == "WATCHDOG=1")
        #expect(socket.isEmpty)
    }

    @Test(arguments: ["relative/socket", "/" + String(repeating: "a", count: 108), "vsock:2:1"])
    func anAddressThatIsNoneIsAnError(address: String) {
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": address], process: 1)
        let error = #expect(throws: SystemError.self) { try manager.ready() }
        #expect(error?.number == EINVAL)
    }

    @Test func aManagerThatIsGoneIsAnError() throws {
        let folder = try TestFolder()
        let manager = ServiceManager(
            environment: ["NOTIFY_SOCKET": folder.path + "/none"], process: 1)
        let error = #expect(throws: SystemError.self) { try manager.ready() }
        #expect(error?.isNotFound == true)
    }

    /// The longest names there are: a path with its zero, an abstract name without one.
    @Test func longNamesFit() throws {
        for isAbstract in [false, true] {
            let socket = try NotifySocket(isAbstract: isAbstract, length: isAbstract ? 108 : 107)
            try ServiceManager(environment: ["NOTIFY_SOCKET": socket.address], process: 1).ready()
            #expect(try socket.receive() == "READY=1")
        }
    }
}
