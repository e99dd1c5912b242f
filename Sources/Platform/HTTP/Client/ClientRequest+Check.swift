import Core

extension ClientRequest {
    /// Returns the server's name and port after checking the parts that libcurl would send
    /// unchecked.
    func checkedServer() throws(ClientError) -> String {
        guard
            let address = ["http://", "https://"].lazy.compactMap({ url.droppingUTF8Prefix($0) })
                .first
        else {
            throw ClientError(.badRequest, "an address to ask begins with http:// or https://")
        }
        let server = Substring(address.utf8.prefix { !"/?#".utf8.contains($0) })
        guard !server.isEmpty, !server.containsUTF8("@"), url.utf8.allSatisfy({ 0x21...0x7e ~= $0 })
        else {
            throw ClientError(
                .badRequest,
                "an address to ask has a server, no user name, and neither spaces nor umlauts")
        }
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isToken),
                !field.value.isEmpty,
                field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
            else {
                // The value is omitted because it may be a key.
                throw ClientError(
                    .badRequest, "a field for \(server) has a name or a value that HTTP forbids")
            }
        }
        return String(server)
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
