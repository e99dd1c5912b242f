import Core

/// The `etag` of a file: its length and its modification time in nanoseconds. A publisher derives
/// that time from the content, so that two servers agree on it.
enum EntityTag {
    static func text(for identity: OpenFile.Identity, coding: ContentCoding?) -> String {
        let size = String(identity.size, radix: 16)
        let time = String(UInt64(bitPattern: identity.modified), radix: 16)
        return "\"\(time)-\(size)\(coding.map { "-" + $0.rawValue } ?? "")\""
    }

    /// Whether an `if-none-match` field names `tag`; weak tags match as well.
    static func list(_ field: String, contains tag: String) -> Bool {
        field.splitUTF8(separator: ",").contains { item in
            let item = item.trimmingUTF8()
            let strong = item.droppingUTF8Prefix("W/") ?? item
            return strong.isUTF8Equal(to: tag) || strong == "*"
        }
    }
}
