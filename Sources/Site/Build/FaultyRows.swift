import Content
import Core
import FoundationEssentials

/// The rows that the errors of a build concern.
///
/// A change stays pending while an error concerns the very row that it changed; an error in another
/// row of the same table does not affect it.
struct FaultyRows {
    private var pages: Set<UUID>
    private var components: Set<String> = []
    private var tokens: Set<String> = []
    private var frame: Set<String> = []
    private var node: String?

    /// Columns of a block: an error in one of them belongs to the page, though it names the
    /// component that the block places.
    private static let blockFields: Set<String> = [
        "component_id", "conditions", "props", "zone",
    ]

    /// - Parameters:
    ///   - pages: ids of the pages whose current rows are not live.
    ///   - node: the node that is built.
    init(_ errors: [Diagnostic], pages: Set<UUID>, node: String) {
        self.pages = pages
        for location in errors.map(\.location) {
            if let key = location.component,
                !(location.field.map(Self.blockFields.contains) ?? false)
            {
                components.insert(key)
            }
            if let key = location.token { tokens.insert(key) }
            if let key = location.frame { frame.insert(key) }
            // The branding row: a token with a default of its own is not one of its columns.
            if location.node == node, location.field != "default_value" { self.node = node }
        }
    }

    /// Whether the change is not live because of an error.
    ///
    /// - Parameter keys: the keys of components, tokens and rows of the frame, and the ids of nodes,
    ///   by the ids of their rows; a deleted row has no key and cannot be wrong.
    func hold(_ change: ChangeSubject, keys: [UUID: String]) -> Bool {
        func isAmong(_ faulty: Set<String>, _ id: UUID) -> Bool {
            keys[id].map(faulty.contains) ?? false
        }
        return switch change {
        case .page(let id): pages.contains(id)
        case .component(let id): isAmong(components, id)
        case .token(let id): isAmong(tokens, id)
        case .frameBlock(let id): isAmong(frame, id)
        case .branding(let id): node.map { isAmong([$0], id) } ?? false
        // An emptied table has no rows left that could have errors.
        case .emptied, .foreign: false
        }
    }
}
