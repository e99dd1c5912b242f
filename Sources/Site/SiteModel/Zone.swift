/// A place in a layout that accepts blocks.
public enum Zone: String, CaseIterable, Hashable, Sendable {
    case header, sidebar, main, footer, overlay
}
