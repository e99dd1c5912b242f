import TestSupport

/// A small site that random edits are made to, and what they need to know of it: as SQL, since that is
/// what admins write.
///
/// Edits leave no lasting fault: what an edit breaks, `mend` makes whole again. So the live site can
/// be compared with a build from nothing, which has no last good version to keep.
struct EditedSite {
    private struct Page {
        var key: String
        var route: String
    }

    private var random: SeededGenerator
    private var pages: [Page] = []
    /// Makes keys, routes and texts that were never there before.
    private var count = 0
    /// What takes the faults out again.
    private var mending: [String] = []
    /// Whether there may be edits that wait for a build by hand.
    private(set) var hasWaiting = false

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Rows to begin with: five pages, components with and without islands, lists and styles.
    static let rows: String =
        Rows.component(
            "card", code: cards[0], schema: #"{"text": {"type": "string"}}"#, styles: styles[0])
        + Rows.component("list", code: lists[0])
        + Rows.component("counter", code: counters[0])
        + (0..<5).map { Rows.page("p\($0)", route: $0 == 0 ? "/" : "/p\($0)/") }.joined()
        + Rows.block(on: "p0", "list") + Rows.block(on: "p1", "card", props: #"{"text": "one"}"#)
        + Rows.block(on: "p2", "card", props: #"{"text": "two"}"#)
        + Rows.block(on: "p2", "counter", order: 2)
        + Rows.frame("f0", "card", zone: "footer", props: #"{"text": "frame"}"#)

    /// Takes over the pages of `rows`.
    mutating func begin() {
        pages = (0..<5).map { Page(key: "p\($0)", route: $0 == 0 ? "/" : "/p\($0)/") }
    }

    /// A few statements that are committed together, or rolled back.
    mutating func transaction() -> String {
        let before = (pages, mending, hasWaiting)
        // Now and then, everything of the transaction waits for a build by hand.
        let waits = random.once(in: 5)
        if waits { hasWaiting = true }
        // Half of them leave menu, list of pages and code as they are, as most edits do: then workers
        // go on with what they have loaded.
        let isQuiet = random.once(in: 2)
        let edits = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            waits
                ? random.once(in: 4) ? frame() : pageEdit()
                : isQuiet ? quietEdit() : edit()
        }
        let begin = waits ? "BEGIN; SET LOCAL robbieblocks.auto_deploy = off;" : "BEGIN;"
        if edits.count > 1, random.once(in: 8) {
            (pages, mending, hasWaiting) = before
            return "\(begin)\n\(edits.joined(separator: "\n"))\nROLLBACK;"
        }
        return "\(begin)\n\(edits.joined(separator: "\n"))\nCOMMIT;"
    }

    /// A build by hand published what waited.
    mutating func publishedByHand() { hasWaiting = false }

    /// Takes all faults out; nil when there are none.
    mutating func mend() -> String? {
        defer { mending = [] }
        return mending.isEmpty ? nil : mending.joined(separator: "\n")
    }
}

// MARK: - Edits

extension EditedSite {
    private mutating func number() -> Int {
        count += 1
        return count
    }

    private mutating func page() -> Int { Int.random(in: pages.indices, using: &random) }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func edit() -> String {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8: insert()
        case 8..<20: content()
        case 20..<26: remove()
        case 26..<34: move()
        case 34..<40: exchange()
        case 40..<48: restate()
        case 48..<56: title()
        case 56..<62: menu()
        case 62..<72: blocks()
        case 72..<78: frame()
        case 78..<84: component()
        case 84..<90: token()
        case 90..<92: branding()
        case 92..<94: layout()
        default: breakSomething()
        }
    }

    private mutating func quietEdit() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0, 1: content()
        case 2: token()
        default: arrangement()
        }
    }

    /// An edit of rows that one page is made of.
    private mutating func pageEdit() -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: content()
        case 2: title()
        case 3: menu()
        case 4: move()
        case 5: blocks()
        case 6: insert()
        default: remove()
        }
    }

    private mutating func insert() -> String {
        guard pages.count < 12 else { return remove() }
        let number = number()
        let page = Page(key: "n\(number)", route: "/n\(number)/")
        pages.append(page)
        return Rows.page(page.key, route: page.route, content: "# New \(number)")
            + (random.once(in: 2)
                ? Rows.block(on: page.key, pick(["card", "list", "counter"]), props: "{}") : "")
    }

    private mutating func content() -> String {
        update(page(), "content = '\(pick(["", "## Part \(number()) "]))Text **\(number())**'")
    }

    private mutating func remove() -> String {
        // Most pages gone at once would be refused.
        guard pages.count > 4 else { return content() }
        let page = pages.remove(at: Int.random(in: 1..<pages.count, using: &random))
        return "DELETE FROM robbieblocks_pages WHERE page_key = '\(page.key)';"
    }

    /// Another route, and now and then another key: below another folder, or where none was.
    private mutating func move() -> String {
        let index = page()
        let number = number()
        pages[index].route = pick(["/m\(number)/", "/deep/m\(number)/", "/m\(number)/below/"])
        var set = "page_route = '\(pages[index].route)'"
        let old = pages[index].key
        if random.once(in: 3) {
            pages[index].key = "k\(number)"
            set += ", page_key = '\(pages[index].key)'"
        }
        return "UPDATE robbieblocks_pages SET \(set) WHERE page_key = '\(old)';"
    }

    /// Two pages take each other's routes.
    private mutating func exchange() -> String {
        let (first, second) = (page(), page())
        guard first != second else { return move() }
        (pages[first].route, pages[second].route) = (pages[second].route, pages[first].route)
        return update(first, "page_route = '\(pages[first].route)'")
            + update(second, "page_route = '\(pages[second].route)'")
    }

    private mutating func restate() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: update(Int.random(in: 1..<pages.count, using: &random), "status = 'draft'")
        case 1: update(page(), "published_at = now() - interval '1 day'")
        case 2:
            "UPDATE robbieblocks_pages SET status = 'archived' WHERE page_key = '\(pages[1].key)';"
        default: "UPDATE robbieblocks_pages SET status = 'published';"
        }
    }

    private mutating func title() -> String {
        let text = "Title \(number())"
        return update(
            page(), pick(["meta_title = '\(text)'", "page_name = '\(text)'", "meta_title = NULL"]))
    }

    private mutating func menu() -> String {
        let text = #"{"menu": "Menu \#(number())", "menu_order": \#(pick([1, 2, 3]))}"#
        let all = [
            text, "{}", #"{"menu": true}"#, #"{"noindex": true}"#,
            #"{"menu": true, "noindex": true, "language": "de"}"#, #"{"noindex": false}"#,
        ]
        return update(page(), "metadata = '\(pick(all))'")
    }

    private static func blocks(of page: Page) -> String {
        "page_id = (SELECT id FROM robbieblocks_pages WHERE page_key = '\(page.key)')"
    }

    /// Which blocks a page has.
    private mutating func blocks() -> String {
        let page = pages[page()]
        let here = Self.blocks(of: page)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "DELETE FROM robbieblocks_page_blocks WHERE \(here);"
        case 1: return arrangement()
        default:
            return "DELETE FROM robbieblocks_page_blocks WHERE \(here) AND block_order = 7;"
                + Rows.block(
                    on: page.key, pick(["card", "list", "counter"]), order: 7,
                    props: #"{"text": "\#(number())"}"#)
        }
    }

    /// A row of the frame is added, edited, switched or removed; or a page has no frame.
    private mutating func frame() -> String {
        let key = pick(["f0", "f1", "f2"])
        let here = "frame_key = '\(key)'"
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return "DELETE FROM robbieblocks_frame_blocks WHERE \(here);"
        case 1:
            return "UPDATE robbieblocks_frame_blocks SET is_active = NOT is_active WHERE \(here);"
        case 2:
            return "UPDATE robbieblocks_frame_blocks SET props = '{\"text\": \"\(number())\"}'"
                + " WHERE \(here);"
        case 3:
            let conditions = pick(["{}", #"{"themes": ["dark"]}"#, #"{"until": "2020-01-01"}"#])
            return "UPDATE robbieblocks_frame_blocks SET conditions = '\(conditions)'"
                + " WHERE \(here);"
        case 4: return update(page(), "metadata = '\(pick(["{}", #"{"frame": false}"#]))'")
        default:
            return "DELETE FROM robbieblocks_frame_blocks WHERE \(here);"
                + Rows.frame(
                    key, pick(["card", "list", "counter"]), zone: pick(["header", "footer"]),
                    node: pick([nil, "acme", "other"]), app: pick([nil, "shared", "work"]),
                    layout: pick([nil, "dashboard"]), order: pick([1, 7]),
                    props: #"{"text": "\#(number())"}"#)
        }
    }

    /// Props, order and conditions of the blocks that a page has.
    private mutating func arrangement() -> String {
        let here = Self.blocks(of: pages[page()])
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            return "UPDATE robbieblocks_page_blocks SET props = '{\"text\": \"\(number())\"}'"
                + " WHERE \(here);"
        case 1:
            // The other order, past each other.
            return "UPDATE robbieblocks_page_blocks SET block_order = block_order + 1000"
                + " WHERE \(here);"
                + "UPDATE robbieblocks_page_blocks SET block_order = 1100 - block_order"
                + " WHERE \(here) AND block_order >= 1000;"
        default:
            let conditions = pick([
                "{}", #"{"themes": ["dark"]}"#, #"{"not": {"themes": ["dark"]}}"#,
                #"{"until": "2020-01-01T00:00:00Z"}"#,
            ])
            return "UPDATE robbieblocks_page_blocks SET conditions = '\(conditions)'"
                + " WHERE \(here);"
        }
    }

    private mutating func component() -> String {
        let (key, set): (String, String) =
            switch Int.random(in: 0..<5, using: &random) {
            case 0: ("card", "react_code = $c$\(pick(Self.cards))$c$")
            case 1: ("card", "css_styles = '\(pick(Self.styles))'")
            case 2: ("list", "react_code = $c$\(pick(Self.lists))$c$")
            case 3: ("counter", "react_code = $c$\(pick(Self.counters))$c$")
            default: ("list", "is_published = is_published")
            }
        return "UPDATE robbieblocks_components SET \(set) WHERE component_key = '\(key)';"
    }

    private mutating func token() -> String {
        let (key, value) = pick([
            ("spacing.md", "\(pick([15, 16, 17]))px"),
            ("color.accent", pick(["#112233", "#ddeeff"])),
        ])
        return "UPDATE robbieblocks_style_tokens SET default_value = '\(value)'"
            + " WHERE token_key = '\(key)';"
    }

    private mutating func branding() -> String {
        let theme = pick(["light", "dark"])
        return "UPDATE robbieblocks_node_branding SET "
            + pick([
                "node_name = '\(pick(["Acme", "Other"]))'",
                "style_overrides = '{\"theme\": \"\(theme)\"}'",
                "custom_css = '\(pick(Self.styles))'",
                "metadata = '\(pick(["{}", #"{"base_url": "https://example.com"}"#]))'",
            ]) + ";"
    }

    private mutating func layout() -> String {
        update(page(), "layout_template = '\(pick(["single-column", "dashboard"]))'")
    }

    private func update(_ page: Int, _ set: String) -> String {
        "UPDATE robbieblocks_pages SET \(set) WHERE page_key = '\(pages[page].key)';"
    }

    /// A fault that holds some pages back until it is mended.
    private mutating func breakSomething() -> String {
        let number = number()
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            mending.append(
                "UPDATE robbieblocks_components SET react_code = $c$\(Self.cards[0])$c$"
                    + " WHERE component_key = 'card';")
            return "UPDATE robbieblocks_components SET react_code ="
                + " 'export default () => { throw new Error(\"\(number % 2)\"); }'"
                + " WHERE component_key = 'card';"
        case 1:
            mending.append(
                "UPDATE robbieblocks_style_tokens SET default_value = '16px'"
                    + " WHERE token_key = 'spacing.md';")
            return "UPDATE robbieblocks_style_tokens SET default_value = '1px;}'"
                + " WHERE token_key = 'spacing.md';"
        case 2:
            mending.append(
                "UPDATE robbieblocks_pages SET layout_template = 'single-column'"
                    + " WHERE layout_template = 'dashbord';")
            let set = pick([
                "", ", meta_title = 'Held \(number)'", ", metadata = '{\"menu\": true}'",
            ])
            return update(page(), "layout_template = 'dashbord'\(set)")
        case 3:
            mending.append(
                "UPDATE robbieblocks_page_blocks SET props = '{}' WHERE props ->> 'text' = '7'"
                    + " AND jsonb_typeof(props -> 'text') = 'number';")
            return "UPDATE robbieblocks_page_blocks SET props = '{\"text\": 7}';"
        case 4:
            // Whatever component it has by now.
            mending.append(
                "UPDATE robbieblocks_frame_blocks SET zone = 'header' WHERE zone = 'hedder';"
                    + "UPDATE robbieblocks_frame_blocks SET props = '{}'"
                    + " WHERE jsonb_typeof(props -> 'text') = 'number';"
                    + "UPDATE robbieblocks_frame_blocks SET conditions = '{}'"
                    + " WHERE conditions ? 'theme';"
                    + "UPDATE robbieblocks_frame_blocks SET component_id = (SELECT id FROM"
                    + " robbieblocks_components WHERE component_key = 'list')"
                    + " WHERE component_id IS NULL;")
            let set = pick([
                "zone = 'hedder'", #"props = '{"text": 7}'"#, #"conditions = '{"theme": 1}'"#,
                "component_id = NULL",
            ])
            return
                "UPDATE robbieblocks_frame_blocks SET \(set) WHERE frame_key = '\(pick(["f0", "f1"]))';"
        default:
            // Two pages of one route: both are held back, and one edit of one of them mends both.
            guard pages.count < 12 else { return content() }
            let page = Page(key: "c\(number)", route: "/c\(number)/")
            // Its key may be another by then.
            mending.append(
                "UPDATE robbieblocks_pages SET page_route = '/mended\(number)/'"
                    + " WHERE created_by = \(number);")
            let other = pages[self.page()].route
            pages.append(page)
            return Rows.page(page.key, route: other, content: "# Same \(number)")
                + update(pages.count - 1, "created_by = \(number)")
        }
    }
}

// MARK: - Code

extension EditedSite {
    /// Few of each, so that compiled code is found in the cache.
    private static let cards = [
        "export default ({ text }) => <p className=\"card\">{text}</p>",
        "export default ({ text }) => <b className=\"card\">{text} {usePage().title}</b>",
        "export default ({ text }) => <p>{useMenu().length} {text}</p>",
        "export default ({ text }) => <p>{useHeadings().map(h => h.text).join()} {text}</p>",
    ]
    private static let lists = [
        "export default () => <ul>{usePages().map(p => <li key={p.key}>{p.title}</li>)}</ul>",
        "export default () => <ol>{useMenu().map(m => <li key={m.route}>{m.label}</li>)}</ol>",
        "export default () => <p>{[...usePages()].sort((a, b) => a.order - b.order)[0].key}</p>",
    ]
    private static let counters = [
        "export default () => { const [n, set] = useState(0);"
            + " return <button onClick={() => set(n + 1)}>{n}</button>; }",
        "export default () => <i>no island</i>",
    ]
    private static let styles = [".card { color: red }", ".card { color: blue }", ""]
}
