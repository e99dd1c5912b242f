public import Core

/// Decides which blocks of a page take part in a build, from everything known besides the page.
public struct BlockPlacement: Sendable {
    public internal(set) var components: [String: Component]
    public let conditions: BlockConditions.Context
    public let knownApps: Set<String>
    public let nodeIDs: Set<String>
    /// The blocks that pages have without placing them.
    public let frame: Frame

    init(
        components: [String: Component], conditions: BlockConditions.Context,
        knownApps: Set<String>, nodeIDs: Set<String>, frame: Frame
    ) {
        self.components = components
        self.conditions = conditions
        self.knownApps = knownApps
        self.nodeIDs = nodeIDs
        self.frame = frame
    }

    /// Returns the same rules, evaluated at another time.
    ///
    /// - Parameter now: milliseconds since 1970.
    public func at(_ now: Int) -> BlockPlacement {
        var conditions = conditions
        conditions.now = now
        return BlockPlacement(
            components: components, conditions: conditions, knownApps: knownApps,
            nodeIDs: nodeIDs, frame: frame)
    }

    /// A block that takes part in this build: its zone exists and its component is known.
    public struct PlacedBlock: Sendable, Hashable {
        public var componentKey: String
        /// `block_order`, which is unique on the page; a block of the frame gets another number
        /// when another block already has its number.
        public var order: Int
        public var zone: Zone
        public var props: [UInt8]
        /// `frame_key`, when the block belongs to the frame.
        public var frame: String?
    }

    /// The result for the blocks of one page.
    public struct Result: Sendable {
        /// The blocks that take part, in order.
        public var blocks: [PlacedBlock] = []
        /// The errors of the other blocks.
        public var diagnostics: [Diagnostic] = []
        /// When the conditions of a block next change their result, in milliseconds since 1970.
        public var due: Int?
        /// Whether any block has conditions.
        public var isConditional = false
        /// The components that the frame may give the page, at any time.
        public var frameComponents: [String] = []

        fileprivate mutating func note(_ rules: BlockConditions, now: Int) {
            isConditional = true
            guard let change = rules.nextChange(after: now) else { return }
            due = min(due ?? change, change)
        }
    }

    /// - Parameter takesFrame: whether the page also has the blocks of the frame.
    public func place(_ blocks: [Block], on page: Page, takesFrame: Bool = true) -> Result {
        var result = Result()
        result.blocks.reserveCapacity(blocks.count)
        for block in blocks {
            let location = Diagnostic.Location(page: page.key, block: block.order)
            if !block.conditions.isEmpty {
                do throws(Diagnostic) {
                    let rules = try BlockConditions(
                        parsing: block.conditions, apps: knownApps, nodes: nodeIDs,
                        location: location)
                    result.note(rules, now: conditions.now)
                    guard rules.hold(in: conditions) else { continue }
                } catch {
                    result.isConditional = true
                    result.diagnostics.append(error)
                    // Other errors of the block are reported at once.
                    place(block, at: location, frame: nil, isUsable: false, &result)
                    continue
                }
            }
            place(block, at: location, frame: nil, &result)
        }
        if takesFrame { placeFrame(around: blocks, of: page, &result) }
        return result
    }

    /// Adds the blocks of the frame, except those that the page replaces with its own.
    private func placeFrame(around blocks: [Block], of page: Page, _ result: inout Result) {
        let rows = frame.rows(app: page.app, layout: page.layout)
        guard !rows.isEmpty else { return }
        // Regardless of conditions: a page that places the component decides itself when to show
        // it.
        let own = Set(
            blocks.compactMap { block in
                block.componentKey.map { Frame.Slot(component: $0, zone: block.zone) }
            })
        var candidates: [Frame.Row] = []
        var ranks: [Frame.Slot: Int] = [:]
        for row in rows {
            if let slot = row.slot {
                if own.contains(slot) { continue }
                result.frameComponents.append(slot.component)
            }
            guard row.faults.isEmpty else {
                result.diagnostics += row.faults
                continue
            }
            if let rules = row.rules {
                result.note(rules, now: conditions.now)
                guard rules.hold(in: conditions) else { continue }
            }
            candidates.append(row)
            if let slot = row.slot { ranks[slot] = max(ranks[slot] ?? 0, row.source.rank) }
        }
        let count = result.blocks.count
        for row in candidates {
            if let slot = row.slot, let rank = ranks[slot], row.source.rank < rank { continue }
            place(
                row.source.block, at: .init(frame: row.source.key), frame: row.source.key, &result)
        }
        guard result.blocks.count > count else { return }
        // At the same position, a block of the frame precedes one of the page.
        let added = result.blocks[count...]
        result.blocks = Self.merge(Array(added), before: Array(result.blocks[..<count]))
        result.numberFrame(besides: blocks)
    }

    private static func merge(
        _ frame: [PlacedBlock], before own: [PlacedBlock]
    ) -> [PlacedBlock] {
        var merged: [PlacedBlock] = []
        merged.reserveCapacity(frame.count + own.count)
        var rest = own[...]
        for block in frame {
            while let next = rest.first, next.order < block.order {
                merged.append(next)
                rest.removeFirst()
            }
            merged.append(block)
        }
        return merged + rest
    }

    /// Places a block, or reports all errors of its zone and its component.
    ///
    /// - Parameter isUsable: false for a block with another error, which is only checked.
    private func place(
        _ block: Block, at location: Diagnostic.Location, frame: String?, isUsable: Bool = true,
        _ result: inout Result
    ) {
        let zone = Zone(rawValue: block.zone)
        if zone == nil {
            var location = location
            location.field = "zone"
            result.diagnostics.append(
                Diagnostic(
                    .unknownZone, "there is no zone '\(block.zone)'", at: location,
                    hint: suggestion(for: block.zone, among: Zone.allCases.map(\.rawValue))))
        }
        let component = block.componentKey.flatMap { components[$0] }
        if let fault = fault(of: component, at: location) {
            result.diagnostics.append(fault)
            return
        }
        guard let zone, let key = component?.key, isUsable else { return }
        result.blocks.append(
            PlacedBlock(
                componentKey: key, order: block.order, zone: zone, props: block.props,
                frame: frame))
    }
}

extension BlockPlacement {
    /// Returns why a block cannot use its component.
    private func fault(
        of component: Component?, at location: Diagnostic.Location
    ) -> Diagnostic? {
        var location = location
        guard let component else {
            location.field = "component_id"
            return Diagnostic(
                .unknownComponent, "the block names no component that exists", at: location,
                hint: "point component_id at a row of robbieblocks_components")
        }
        guard !component.isPublished else { return nil }
        location.component = component.key
        return Diagnostic(
            .unpublishedComponent, "the component is not published", at: location,
            hint: "UPDATE robbieblocks_components SET is_published = true "
                + "WHERE component_key = '\(component.key)'")
    }
}

extension BlockPlacement.Result {
    /// Gives every block of the frame a unique number: ids in the HTML begin with it.
    fileprivate mutating func numberFrame(besides own: [Block]) {
        var taken = Set(own.map(\.order))
        for index in blocks.indices where blocks[index].frame != nil {
            while !taken.insert(blocks[index].order).inserted { blocks[index].order += 1 }
        }
    }
}
