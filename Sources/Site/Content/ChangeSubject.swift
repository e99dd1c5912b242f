public import FoundationEssentials

/// What an edit changed: one row, or all rows of a table.
///
/// The columns `entity_type` and `entity_id` are decoded into it where rows are read, and nowhere
/// else.
public enum ChangeSubject: Hashable, Sendable {
    /// A page, or a block of it.
    case page(UUID)
    case component(UUID)
    case token(UUID)
    /// A node's own row.
    case branding(UUID)
    case frameBlock(UUID)
    /// The table was emptied with TRUNCATE, which reports no rows.
    case emptied(ContentTable)
    /// An entry of another program, about a subject that builds do not know.
    case foreign(String, UUID?)

    /// - Parameters:
    ///   - entityType: the name of the kind of row, as the triggers write it.
    ///   - id: nil when a whole table was emptied.
    public init(entityType: String, id: UUID?) {
        guard let table = ContentTable(entityType: entityType) else {
            self = .foreign(entityType, id)
            return
        }
        guard let id else {
            self = .emptied(table)
            return
        }
        self =
            switch table {
            case .pages: .page(id)
            case .components: .component(id)
            case .tokens: .token(id)
            case .branding: .branding(id)
            case .frame: .frameBlock(id)
            }
    }

    /// The row's id; nil when a whole table was emptied.
    public var rowID: UUID? {
        switch self {
        case .page(let id), .component(let id), .token(let id), .branding(let id),
            .frameBlock(let id):
            id
        case .foreign(_, let id): id
        case .emptied: nil
        }
    }

    /// The table of the changed rows; nil when builds do not know it.
    public var table: ContentTable? {
        switch self {
        case .page: .pages
        case .component: .components
        case .token: .tokens
        case .branding: .branding
        case .frameBlock: .frame
        case .emptied(let table): table
        case .foreign: nil
        }
    }
}

/// The tables whose edits triggers record. Blocks count as part of their pages.
public enum ContentTable: Hashable, Sendable, CaseIterable {
    case pages, components, tokens, branding, frame

    init?(entityType: String) {
        switch entityType {
        case "page": self = .pages
        case "component": self = .components
        case "style_token": self = .tokens
        case "node_branding": self = .branding
        case "frame_block": self = .frame
        default: return nil
        }
    }
}
