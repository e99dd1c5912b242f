public import Diagnostics

/// Decides which blocks of a page take part in a build, by everything that is known beside the page.
public struct BlockPlacement: Sendable {
    public internal(set) var components: [String: Component]
    public let conditions: BlockConditions.Context
    public let knownApps: Set<String>
    public let nodeIDs: Set<String>

    init(
        components: [String: Component], conditions: BlockConditions.Context,
        knownApps: Set<String>, nodeIDs: Set<String>
    ) {
        self.components = components
        self.conditions = conditions
        self.knownApps = knownApps
        self.nodeIDs = nodeIDs
    }

    /// The same rules, judged at another instant.
    ///
    /// - Parameter now: milliseconds since 1970.
    public func at(_ now: Int) -> BlockPlacement {
        var conditions = conditions
        conditions.now = now
        return BlockPlacement(
            components: components, conditions: conditions, knownApps: knownApps, nodeIDs: nodeIDs)
    }

    /// A block that takes part in this build: its zone exists, its component is known.
    public struct PlacedBlock: Sendable, Hashable {
        public var componentKey: String
        public var order: Int
        public var zone: Zone
        public var props: [UInt8]
    }

    /// What became of the blocks of one page.
    public struct Result: Sendable {
        /// Those that take part, in order.
        public var blocks: [PlacedBlock] = []
        /// What is wrong with the rest.
        public var diagnostics: [Diagnostic] = []
        /// When the conditions of some block will hold or cease to, in milliseconds since 1970.
        public var due: Int?
        /// Whether any block has conditions.
        public var isConditional = false
    }

    public func place(_ blocks: [Block], on page: Page) -> Result {
        var result = Result()
        result.blocks.reserveCapacity(blocks.count)
        for block in blocks {
            var location = Diagnostic.Location(page: page.key, block: block.order)
            if !block.conditions.isEmpty {
                result.isConditional = true
                do throws(Diagnostic) {
                    let rules = try BlockConditions(
                        parsing: block.conditions, apps: knownApps, nodes: nodeIDs,
                        location: location)
                    if let change = rules.nextChange(after: conditions.now) {
                        result.due = min(result.due ?? change, change)
                    }
                    guard rules.hold(in: conditions) else { continue }
                } catch {
                    result.diagnostics.append(error)
                    continue
                }
            }
            guard let zone = Zone(rawValue: block.zone) else {
                location.field = "zone"
                result.diagnostics.append(
                    Diagnostic(
                        .unknownZone, "there is no zone '\(block.zone)'", at: location,
                        hint: suggestion(for: block.zone, among: Zone.allCases.map(\.rawValue))))
                continue
            }
            guard let key = block.componentKey, let component = components[key] else {
                location.field = "component_id"
                result.diagnostics.append(
                    Diagnostic(
                        .unknownComponent, "the block names no component that exists", at: location,
                        hint: "point component_id at a row of robbieblocks_components"))
                continue
            }
            guard component.isPublished else {
                location.component = key
                result.diagnostics.append(
                    Diagnostic(
                        .unpublishedComponent, "the component is not published", at: location,
                        hint: "UPDATE robbieblocks_components SET is_published = true "
                            + "WHERE component_key = '\(key)'"))
                continue
            }
            result.blocks.append(
                PlacedBlock(componentKey: key, order: block.order, zone: zone, props: block.props))
        }
        return result
    }
}
