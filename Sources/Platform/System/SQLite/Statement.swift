import CSQLite

/// A prepared statement, which one query uses at a time.
final class Statement {
    let handle: OpaquePointer
    var isBusy = true

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { sqlite3_finalize(handle) }

    /// Makes it ready for another query.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        isBusy = false
    }
}
