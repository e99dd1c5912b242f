public import Bundling
public import Core
public import SiteModel
public import System

/// Decides what must be rendered and from which inputs, without rendering it.
///
/// A site's plan is a job for every page. Jobs are made batch by batch, as the bodies of the pages
/// are read, so that a plan for 100,000 pages is never in memory at once.
public struct RenderPlanner: Sendable {
    public let setup: WorkerSetup
    /// Digest of everything that pages share, by its name in `SharedInput`.
    public let inputs: [String: SHA256Digest]
    let node: Node
    /// The prefix of every route in canonical addresses; empty when it is not known.
    let baseURL: String
    /// Whether search engines are asked not to index any page.
    let isPreview: Bool
    /// The address of the node's picture, for pages that have none of their own.
    let socialImage: String?
    private let placement: BlockPlacement
    let bundle: AssetBundle
    private let componentIndexes: [String: Int]
    private let layoutIndexes: [String: Int]
    /// Covers what every page reads: engine, document shell, shared styles, node and menu.
    private let sharedFingerprint: SHA256Digest
    private let pageListFingerprint: SHA256Digest
    private let componentFingerprints: [SHA256Digest]
    private let layoutFingerprints: [SHA256Digest]

    /// - Parameter engineVersion: changes whenever the same input would produce other bytes.
    /// - Throws: a diagnostic when the document shell could not be compiled.
    public init(
        site: Site, bundle: AssetBundle, runtime: WorkerRuntime, themeName: String,
        engineVersion: String
    ) throws(Diagnostic) {
        guard let document = bundle.document else {
            throw Diagnostic(
                .noComponentFound, "the document shell cannot be used",
                at: .init(field: "templates/document.tsx"))
        }
        node = site.node
        baseURL = site.node.baseURL ?? ""
        isPreview = site.isPreview
        socialImage = Self.socialImage(among: bundle.brandingURLs)
        placement = site.placement
        self.bundle = bundle
        let components = bundle.components.values.sorted { $0.key < $1.key }
        let layouts = bundle.layouts.values.sorted { $0.key < $1.key }
        componentIndexes = Dictionary(
            uniqueKeysWithValues: components.enumerated().map { ($0.element.key, $0.offset) })
        layoutIndexes = Dictionary(
            uniqueKeysWithValues: layouts.enumerated().map { ($0.element.key, $0.offset) })
        componentFingerprints = components.map(\.fingerprint)
        layoutFingerprints = layouts.map(\.fingerprint)

        let nodeJSON = Self.nodeJSON(site.node, theme: themeName, files: bundle.brandingURLs)
        let menuJSON = JSONValue.array(
            site.menu.map {
                .object([
                    "label": .string($0.label), "route": .string($0.route), "app": .string($0.app),
                ])
            }
        ).text
        // A list of all pages is large: it is built only when a component reads it.
        let readsPages = (components + layouts + [document]).contains {
            $0.mayListPages
        }
        let pagesJSON = readsPages ? Self.pageListJSON(site.pages) : "[]"
        var siteJSON = JSONBytes(capacity: nodeJSON.utf8.count + pagesJSON.utf8.count + 1024)
        siteJSON.object { json in
            for (name, text) in [("node", nodeJSON), ("menu", menuJSON), ("pages", pagesJSON)] {
                json.name(name)
                json.raw(text)
            }
        }
        setup = WorkerSetup(
            siteJSON: siteJSON.text,
            components: components, layouts: layouts, document: document)

        var inputs = [
            SharedInput.engine: Self.digest(engineVersion, runtime.prelude, runtime.code),
            SharedInput.document: document.fingerprint,
            SharedInput.node: Self.digest(nodeJSON, baseURL, socialImage ?? ""),
            SharedInput.menu: Self.digest(menuJSON),
            SharedInput.assets: Self.digest(
                bundle.fontPreloads.joined(separator: " "), bundle.islandLoader ?? "",
                bundle.customScript ?? ""),
            SharedInput.conditions: Self.digest(site.placement),
            SharedInput.pages: Self.digest(pagesJSON),
        ]
        var shared = SHA256Hasher()
        for name in SharedInput.everyPage {
            if let digest = inputs[name] { shared.update(field: digest) }
        }
        sharedFingerprint = shared.finalize()
        pageListFingerprint = Self.digest(pagesJSON)
        for component in site.placement.components.values where component.isPlaced {
            // A component that cannot be used fails its pages until its row changes.
            inputs[SharedInput.component(component.key)] =
                bundle.components[component.key].map {
                    Self.digest($0.fingerprint.description, "\(component.isPublished)")
                } ?? Self.digest(of: component)
        }
        for layout in layouts {
            inputs[SharedInput.layout(layout.key)] = layout.fingerprint
            for app in site.node.apps {
                let rows = site.placement.frame.rows(app: app, layout: layout.key)
                guard !rows.isEmpty else { continue }
                inputs[SharedInput.frame(app: app, layout: layout.key)] = Self.digest(of: rows)
            }
        }
        self.inputs = inputs
    }

    private static func digest(_ parts: String...) -> SHA256Digest {
        var hasher = SHA256Hasher()
        for part in parts { hasher.update(field: part) }
        return hasher.finalize()
    }

    private static func digest(of component: Component) -> SHA256Digest {
        digest(
            component.code ?? "", component.styles ?? "", component.propsSchema?.text ?? "",
            component.dependencies.joined(separator: " "), component.hydrate ?? "",
            "\(component.isPublished)", component.fault.map { "\($0)" } ?? "")
    }

    private static func digest(_ placement: BlockPlacement) -> SHA256Digest {
        let context = placement.conditions
        return digest(
            context.node, context.theme, context.apps.sorted().joined(separator: "\n"),
            placement.knownApps.sorted().joined(separator: "\n"),
            placement.nodeIDs.sorted().joined(separator: "\n"))
    }

    private static func digest(of rows: [Frame.Row]) -> SHA256Digest {
        var hasher = SHA256Hasher()
        for row in rows.map(\.source) {
            for text in row.texts { hasher.update(field: text) }
            hasher.update(field: "\(row.block.order) \(row.isActive)")
            hasher.update(field: row.block.props)
            hasher.update(field: row.block.conditions)
            hasher.update(field: row.faults.map { "\($0)" }.joined(separator: "\n"))
        }
        return hasher.finalize()
    }

    private static func location(
        of block: BlockPlacement.PlacedBlock, on page: Page
    ) -> Diagnostic.Location {
        .init(
            page: page.key, block: block.frame == nil ? block.order : nil, frame: block.frame,
            component: block.componentKey)
    }

    /// Builds the job of one page, or reports what is wrong with the page.
    ///
    /// - Parameter now: the time at which conditions are evaluated, in milliseconds since 1970.
    public func plan(_ routed: Site.RoutedPage, body: PageBody, now: Int) -> PlannedPage {
        let page = routed.page
        var planned = PlannedPage()
        let metadata = String(decoding: body.metadata, as: UTF8.self)
        let (read, faults) = PageMetadata.read(metadata, ofPage: page.key)
        let placed = placement.at(now).place(body.blocks, on: page, takesFrame: read.takesFrame)
        planned.inputs = names(read: body, on: page, placed, takesFrame: read.takesFrame)
        planned.due = placed.due
        guard body.excesses.isEmpty else {
            planned.diagnostics = body.excesses.map { excess in
                Diagnostic(
                    .contentTooLarge,
                    "'\(excess.field)' has \(excess.size) bytes; \(excess.limit) is the limit",
                    at: .init(page: page.key, block: excess.block, field: excess.field),
                    hint: excess.field == "content" ? "split the page into several" : nil)
            }
            return planned
        }
        let unreadable =
            page.unreadableFields.map { PageBody.Unreadable(field: $0) } + body.unreadable
        guard unreadable.isEmpty else {
            planned.diagnostics = unreadable.map { column in
                Diagnostic(
                    .badEncoding, "'\(column.field)' is not valid UTF-8",
                    at: .init(page: page.key, block: column.block, field: column.field),
                    hint:
                        "the database has no encoding (SQL_ASCII) and took the bytes as they were; "
                        + "write the text again with client_encoding UTF8")
            }
            return planned
        }
        planned.diagnostics = placed.diagnostics
        if body.metadata.first != UInt8(ascii: "{") {
            planned.diagnostics.append(
                Diagnostic(
                    .badMetadata, "the metadata is not a JSON object",
                    at: .init(page: page.key, field: "metadata")))
        }
        planned.diagnostics += faults
        let blocks = placed.blocks.filter { block in
            if block.componentKey == Component.pageContentKey
                || componentIndexes[block.componentKey] != nil
            {
                return true
            }
            // The component's own error has been reported; this one names the page that it blocks.
            planned.diagnostics.append(
                Diagnostic(
                    .unknownComponent, "the component '\(block.componentKey)' cannot be used",
                    at: Self.location(of: block, on: page),
                    hint: Diagnostic.brokenComponentHint))
            return false
        }
        guard let layout = layoutIndexes[page.layout] else {
            planned.diagnostics.append(
                Diagnostic(
                    .unknownLayout, "the layout '\(page.layout)' cannot be used",
                    at: .init(page: page.key, field: "layout_template"),
                    hint: Diagnostic.brokenLayoutHint(
                        file: "templates/layouts/\(page.layout).tsx")))
            return planned
        }
        guard planned.diagnostics.isEmpty else { return planned }

        let pieces = pieces(of: blocks, hasContent: !body.content.isEmpty)
        let pageJSON = Self.pageJSON(routed, metadata: metadata)
        let sheet = bundle.sheetPath(of: SharedInput.componentKeys(among: planned.inputs))
        let headJSON = headJSON(routed, metadata: read, pieces: pieces, sheet: sheet)
        var job = RenderJob(
            page: routed, layout: layout, pageJSON: pageJSON, headJSON: headJSON,
            language: read.language ?? PageMetadata.defaultLanguage, markdown: body.content,
            pieces: pieces, fingerprint: sharedFingerprint)
        job.fingerprint = fingerprint(of: job)
        planned.job = job
        return planned
    }

    /// The names of the shared inputs that the page reads besides its rows.
    ///
    /// Blocks that conditions hide at present count too, because they affect which components the
    /// site needs.
    private func names(
        read body: PageBody, on page: Page, _ placed: BlockPlacement.Result, takesFrame: Bool
    ) -> [String] {
        var names: Set<String> = [SharedInput.layout(page.layout)]
        if takesFrame { names.insert(SharedInput.frame(app: page.app, layout: page.layout)) }
        if placed.isConditional { names.insert(SharedInput.conditions) }
        var readsPages =
            setup.document.mayListPages
            || layoutIndexes[page.layout].map { setup.layouts[$0].mayListPages }
                ?? false
        for key in body.blocks.compactMap(\.componentKey) + placed.frameComponents {
            names.insert(SharedInput.component(key))
            if let index = componentIndexes[key] {
                readsPages = readsPages || setup.components[index].mayListPages
            }
        }
        if readsPages { names.insert(SharedInput.pages) }
        return names.sorted()
    }

    /// Returns the blocks in order, with the Markdown first in `main` unless a block places it.
    private func pieces(of blocks: [BlockPlacement.PlacedBlock], hasContent: Bool) -> [RenderJob
        .Piece]
    {
        var pieces: [RenderJob.Piece] = []
        pieces.reserveCapacity(blocks.count + 1)
        if hasContent, !blocks.contains(where: { $0.componentKey == Component.pageContentKey }) {
            pieces.append(.init(zone: .main, order: nil, content: .markdown))
        }
        for block in blocks {
            if let index = componentIndexes[block.componentKey] {
                pieces.append(
                    .init(
                        zone: block.zone, order: block.order, frame: block.frame,
                        content: .component(index: index, props: block.props)))
            } else if hasContent {
                pieces.append(
                    .init(
                        zone: block.zone, order: block.order, frame: block.frame,
                        content: .markdown))
            }
        }
        return pieces
    }

    private func fingerprint(of job: RenderJob) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(field: sharedFingerprint)
        hasher.update(field: layoutFingerprints[job.layout])
        hasher.update(field: job.pageJSON)
        hasher.update(field: job.headJSON)
        hasher.update(field: job.page.page.isTrusted ? "trusted" : "")
        hasher.update(field: job.markdown)
        var readsPages =
            setup.document.mayListPages
            || setup.layouts[job.layout].mayListPages
        for piece in job.pieces {
            hasher.update(field: piece.zone.rawValue)
            hasher.update(field: piece.order.map(String.init) ?? "")
            if case .component(let index, let props) = piece.content {
                hasher.update(field: componentFingerprints[index])
                hasher.update(field: props)
                readsPages = readsPages || setup.components[index].mayListPages
            }
        }
        if readsPages { hasher.update(field: pageListFingerprint) }
        return hasher.finalize()
    }
}
