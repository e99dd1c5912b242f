/// Runs a server for as long as `body` runs, then checks that it ends by itself.
///
/// - Parameters:
///   - server: runs until it is cancelled, and calls what it is given once it listens.
///   - body: what is done with the address that the server said.
/// - Throws: what either throws, also when the server ends before it listened.
public func whileServing<Address: Sendable, Result: Sendable>(
    _ server:
        @escaping @Sendable (_ started: @escaping @Sendable (Address) -> Void) async throws -> Void,
    perform body: (Address) async throws -> Result
) async throws -> Result {
    let (addresses, started) = AsyncStream.makeStream(of: Address.self)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { started.finish() }
            try await server { started.yield($0) }
        }
        var found: Address?
        for await address in addresses {
            found = address
            break
        }
        guard let found else {
            try await group.waitForAll()
            throw HTTPClient.Failure(description: "the server ended before it listened")
        }
        let result = try await body(found)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}
