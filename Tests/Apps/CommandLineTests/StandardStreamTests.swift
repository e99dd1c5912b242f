import Dispatch
import Foundation
import Glibc
import Testing

@testable import CommandLine

@Suite struct StandardStreamTests {
    @Test(arguments: [false, true])
    func writesMoreThanAPipeHolds(isNonBlocking: Bool) {
        let pipe = Pipe()
        let end = pipe.fileHandleForWriting
        if isNonBlocking {
            #expect(fcntl(end.fileDescriptor, F_SETFL, O_NONBLOCK) == 0)
        }
        let text = String(repeating: "0123456789abcdé\n", count: 40_000)
        DispatchQueue.global().async {
            StandardStream(descriptor: end.fileDescriptor).write(text)
            end.closeFile()
        }
        #expect(pipe.fileHandleForReading.readDataToEndOfFile() == Data(text.utf8))
    }

    @Test func aPipeIsNoTerminal() {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(!StandardStream(descriptor: descriptor).isTerminal)
    }

    @Test func aClosedDescriptorIsGivenUp() {
        StandardStream(descriptor: -1).write("nobody reads this")
        #expect(errno == EBADF)
    }
}
