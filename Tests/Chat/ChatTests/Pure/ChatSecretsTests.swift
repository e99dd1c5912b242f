import Core
import Foundation
import System
import TestSupport
import Testing

@testable import Chat

@Suite("The secret of the chat")
struct ChatSecretsTests {
    @Test("is made once, for this user alone")
    func generated() throws {
        let folder = try TestFolder()
        let directory = try Directory(folder.path)
        let first = try ChatSecrets.find(environment: [:]) { directory }
        let second = try ChatSecrets.find(environment: [:]) { directory }
        #expect(first.all == second.all)
        #expect(first.all[0].count >= 32)
        let attributes = try FileManager.default.attributesOfItem(
            atPath: folder.path + "/chat-secret")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try directory.names() == ["chat-secret"])
    }

    @Test("is not taken from a file that others can read")
    func readable() throws {
        let folder = try TestFolder()
        let directory = try Directory(folder.path)
        _ = try ChatSecrets.find(environment: [:]) { directory }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: folder.path + "/chat-secret")
        let diagnostic = #expect(throws: Diagnostic.self) {
            try ChatSecrets.find(environment: [:]) { directory }
        }
        #expect(diagnostic?.hint?.contains("ROBBIEBLOCKS_CHAT_SECRET") == true)
    }

    @Test("comes from the environment first, two while it is rotated")
    func environment() throws {
        let secrets = try ChatSecrets.find(environment: [
            "ROBBIEBLOCKS_CHAT_SECRET": String(repeating: "n", count: 32),
            "ROBBIEBLOCKS_CHAT_SECRET_PREVIOUS": String(repeating: "o", count: 32),
        ]) { throw CancellationError() }
        #expect(secrets.all.count == 2)
        #expect(secrets.all[0].first == UInt8(ascii: "n"))
        #expect(throws: Diagnostic.self) {
            try ChatSecrets.find(environment: ["ROBBIEBLOCKS_CHAT_SECRET": "short"]) {
                throw CancellationError()
            }
        }
    }
}
