import CSQLite

/// A prepared statement, used by one query at a time.
final class Statement {
    let handle: OpaquePointer
    var isBusy = true

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { sqlite3_finalize(handle) }

    /// Prepares the statement for another query.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        isBusy = false
    }
}
