/// A place of a layout that takes blocks.
public enum Zone: String, CaseIterable, Hashable, Sendable {
    case header, sidebar, main, footer, overlay
}
