public import Core
public import FoundationEssentials

/// A block that pages have without placing it: a row of `robbieblocks_frame_blocks`.
public struct FrameBlock: Hashable, Sendable {
    public var id: UUID
    /// `frame_key`, which identifies the row to admins and in errors.
    public var key: String
    /// The node, app and layout whose pages have the block; nil means all of them.
    public var node: String?
    public var app: String?
    public var layout: String?
    /// False when the block takes part only in builds with drafts.
    public var isActive: Bool
    public var block: Block
    /// Errors that make the row unreadable; no page can then have it.
    public var faults: [Diagnostic]

    public init(
        id: UUID, key: String, node: String? = nil, app: String? = nil, layout: String? = nil,
        isActive: Bool = true, block: Block, faults: [Diagnostic] = []
    ) {
        self.id = id
        self.key = key
        self.node = node
        self.app = app
        self.layout = layout
        self.isActive = isActive
        self.block = block
        self.faults = faults
    }

    /// Equal when every byte is: the library's `==` treats different Unicode forms of a text as
    /// equal.
    public static func == (left: FrameBlock, right: FrameBlock) -> Bool {
        left.id == right.id && left.isActive == right.isActive
            && left.block.order == right.block.order && left.block.props == right.block.props
            && left.block.conditions == right.block.conditions && left.faults == right.faults
            && zip(left.texts, right.texts).allSatisfy { $0.isUTF8Equal(to: $1) }
    }

    /// Every text of the row; NULL differs from every text.
    public var texts: [String] {
        [key, block.zone]
            + [node, app, layout, block.componentKey].flatMap { text in
                text.map { ["+", $0] } ?? ["-", ""]
            }
    }

    /// If two rows have the same component in the same zone, the row of the higher rank takes part.
    var rank: Int {
        (isActive ? 0 : 8) + (layout == nil ? 0 : 4) + (app == nil ? 0 : 2) + (node == nil ? 0 : 1)
    }
}

extension FrameBlock {
    /// The form recorded in a release's ledger.
    public var json: JSONValue {
        func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
        return .object([
            "id": .string(id.uuidString), "key": .string(key), "node": text(node),
            "app": text(app), "layout": text(layout), "active": .bool(isActive),
            "component": text(block.componentKey), "order": .string("\(block.order)"),
            "zone": .string(block.zone),
            // Kept as texts, so that numbers keep their bytes.
            "props": .string(String(decoding: block.props, as: UTF8.self)),
            "conditions": .string(String(decoding: block.conditions, as: UTF8.self)),
        ])
    }

    /// Reads the value that `json` wrote; nil for any other value.
    public init?(json: JSONValue) {
        guard let id = json["id"]?.string.flatMap(UUID.init), let key = json["key"]?.string,
            let isActive = json["active"]?.bool, let zone = json["zone"]?.string,
            let order = json["order"]?.string.flatMap({ Int($0) }),
            let props = json["props"]?.string, let conditions = json["conditions"]?.string
        else { return nil }
        self.init(
            id: id, key: key, node: json["node"]?.string, app: json["app"]?.string,
            layout: json["layout"]?.string, isActive: isActive,
            block: Block(
                componentKey: json["component"]?.string, order: order, zone: zone,
                props: Array(props.utf8), conditions: Array(conditions.utf8)))
    }
}
