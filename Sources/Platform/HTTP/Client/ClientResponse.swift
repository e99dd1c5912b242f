/// An answer whose head is there, and whose body comes as it is read.
public struct ClientResponse: Sendable {
    public let status: Int
    /// In the order received, names in lower case.
    public let fields: [ClientField]
    public let body: ClientBody

    /// The first field of this name, which is given in lower case.
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}
