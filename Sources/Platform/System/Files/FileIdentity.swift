/// Tells one file from another that took its name.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    init(device: UInt64, number: UInt64) {
        self.device = device
        self.number = number
    }
}
