/// Distinguishes a file from another one that replaced it under the same name.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    init(device: UInt64, number: UInt64) {
        self.device = device
        self.number = number
    }
}
