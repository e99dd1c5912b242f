/// A response whose head has arrived and whose body arrives as it is read.
public struct ClientResponse: Sendable {
    public let status: Int
    /// The fields in the order received, names in lower case.
    public let fields: [ClientField]
    public let body: ClientBody

    /// Returns the first value of a field. The name is given in lower case.
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}
