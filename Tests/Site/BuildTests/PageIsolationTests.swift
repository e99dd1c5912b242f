import Build
import TestSupport
import Testing

/// The code of one page cannot change another page through any object that it can reach.
@Suite struct PageIsolationTests {
    /// Finds the components inside those that the chat and the assistant export.
    private static let inner = """
        function inner() {
          const found = [];
          const walk = (e) => {
            if (Array.isArray(e)) e.forEach(walk);
            if (!e || !e.$$typeof) return;
            if (typeof e.type !== "string") found.push(e.type);
            walk(e.props.children);
          };
          const turn = { key: "a", question: "q", answers: [], shown: 0 };
          const given = { text: "# a **b** [c](/c)", source: "a", turns: [turn], entries: [], items: ["a"], suggestions: ["a"], view: { turns: [turn], running: null, history: [] }, name: "send", size: 1 };
          for (const part of [...Object.values(chat), ...Object.values(robbie)]) {
            try { walk(part(given)); } catch {}
          }
          return found;
        }
        """

    /// Shows all that the ways could change, and the whole graph of objects that can be reached.
    private static let probe = """
        import * as rb from "robbieblocks";
        import * as chat from "robbieblocks/chat";
        import * as robbie from "robbieblocks/robbie";
        import * as R from "react";
        function graph() {
          const reached = new Set(), todo = [globalThis, R, rb, chat, robbie, [].values(), new Map().keys(),
            new Set().keys(), ""[Symbol.iterator](), "a".matchAll(/a/g), function* () {},
            async function () {}, async function* () {}, Iterator.from({ next() {} }),
            [].values().map((x) => x), new Intl.Segmenter("en").segment("a")];
          let sum = 0, text = "";
          while (todo.length) {
            const o = todo.pop();
            if (o === null || (typeof o !== "object" && typeof o !== "function") || reached.has(o)) continue;
            reached.add(o);
            todo.push(Object.getPrototypeOf(o));
            for (const k of Reflect.ownKeys(o)) {
              const d = Object.getOwnPropertyDescriptor(o, k);
              text += String(k) + d.configurable + d.writable + typeof d.value + typeof d.get;
              if (typeof d.value === "function") text += d.value.name + d.value.length;
              todo.push(d.value, d.get, d.set);
            }
          }
          for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
          return reached.size + ":" + sum + (text.includes("leak") ? " LEAK" : "");
        }
        \(inner)
        class Plain extends R.Component {
          render() { return <b>{Object.keys(this.context).join()} {Object.keys(this.refs).join()}</b>; }
        }
        function attempt(task) { try { return String(task()); } catch (e) { return "threw " + e.name; } }
        async function* many() { yield 1; }
        export default function Probe({ n }, legacy) {
          const id = useId();
          const facts = [
            graph, () => inner().map((t) => Reflect.ownKeys(Object(t)).map(String).join()).join(";"), () => typeof leak, () => ({}).leak, () => [].leak, () => ({}).leak2, () => ({}).late,
            () => [...[1, 2]].map((x) => x + 1), () => [...new Map([[1, 2]])], () => [...new Set([3])],
            () => [..."ab"], () => [..."aba".matchAll(/a/g)].length, () => [...(function* () { yield 1; })()],
            () => Object.keys(Object.getPrototypeOf(many)), () => new Int8Array([1, 2]).map((x) => x * 2),
            () => [..."ab"].entries().toArray().length, () => RegExp.$1, () => RegExp.lastMatch,
            () => RegExp.input, () => Error.stackTraceLimit, () => new Error("x"), () => new TypeError("x").name,
            () => new Error("x").stack, () => (() => 1).call(), () => (function f() {}).toString(),
            () => new Intl.DateTimeFormat("en", { timeStyle: "medium" }).format(),
            () => (1234.5).toLocaleString(), () => "ä".localeCompare("z"),
            () => new Intl.PluralRules("en").select(1), () => new Intl.ListFormat("en").format(["a", "b"]),
            () => JSON.stringify({ a: [1, null] }), () => "a-b".replace(/(-)/, "$1+"), () => new Date().toISOString(),
            () => Array.isArray([]), () => Math.max(1, 2), () => Object.keys(legacy ?? {}),
            () => usePage().title.slice(0, 4), () => useNode().name, () => rb.usePages().length, () => useMenu().length,
            () => R.Children.count([1, 2]), () => useTransition()[1].leak,
            () => robbie.moods.length, () => chat.useConversation().view.turns.length,
            () => [1, 2, 3].includes(2), () => Promise.resolve(1) instanceof Promise,
          ];
          return <ul data-id={id}>{facts.map((f, i) => <li key={i}>{attempt(f)}</li>)}<Plain /><R.Fragment /></ul>;
        }
        """

    private static let hostile = """
        import * as rb from "robbieblocks";
        import * as chat from "robbieblocks/chat";
        import * as robbie from "robbieblocks/robbie";
        const React = require("react");
        const poison = () => "leak";
        const queueLeak = () => { const p = Promise.resolve(); for (let i = 0; i < 50; i++) p.then(() => { try { Array.prototype.leak = 1; } catch {} ; Object.prototype.late = 1; }); };
        const seen = {};
        const shared = { rb, chat, robbie, React };
        function replaceAll(object) {
          for (const k of Reflect.ownKeys(object)) Reflect.defineProperty(object, k, { value: poison });
        }
        function replaceByGetter(path) {
          const names = path.split(/\\W+/).filter(Boolean);
          let object = globalThis[names[0]];
          if (names[1] === "prototype") object = object.prototype;
          const last = names.at(-1);
          Object.defineProperty(object, last === "iterator" ? Symbol.iterator : last, { get: poison, configurable: true });
        }
        \(inner)
        function attackAll() {
          const reached = new Set();
          const todo = [globalThis, require, shared, ...inner(), seen, legacy, Promise.resolve(), function* () {},
            async function* () {}, [].values(), new Map().keys(), useTransition(), useState(), useId];
          while (todo.length) {
            const o = todo.pop();
            if (o === null || (typeof o !== "object" && typeof o !== "function") || reached.has(o)) continue;
            reached.add(o);
            todo.push(Object.getPrototypeOf(o));
            for (const k of Reflect.ownKeys(o)) {
              const d = Object.getOwnPropertyDescriptor(o, k);
              todo.push(d.value, d.get, d.set);
            }
          }
          for (const o of reached) {
            Reflect.set(o, "leak", 1);
            Reflect.setPrototypeOf(o, { leak: 1 });
            for (const k of Reflect.ownKeys(o)) {
              Reflect.set(o, k, poison);
              Reflect.defineProperty(o, k, { value: poison });
              Reflect.deleteProperty(o, k);
            }
          }
        }
        class Look extends React.Component {
          render() { Object.assign(seen, { updater: this.updater, context: this.context, refs: this.refs }); return <Act {...this.props} />; }
        }
        const ways = [
        \(ways.map { "() => { \($0) }," }.joined(separator: "\n"))
        ];
        let legacy;
        function Act({ n }, second) {
          legacy = second;
          try { ways[n](); } catch {}
          return <p>done</p>;
        }
        export default function Hostile(props) { return <Look {...props} />; }
        """

    @Test(.timeLimit(.minutes(2))) func noWayLeadsToAnotherPage() async throws {
        // Which is rendered with its page, and which by itself, since chance is in it.
        let alone = Self.probe.replacing("const id = useId();", with: "const id = Math.random();")
        let together = Self.probe.replacing("const id = useId();", with: "const id = 1;")
        let noIsland = #"{"hydrate": "none"}"#
        var rows =
            Rows.component("hostile", code: Self.hostile, metadata: noIsland)
            + Rows.component("together", code: together, metadata: noIsland)
            + Rows.component("alone", code: alone, metadata: noIsland)
        func victim(_ key: String) -> String {
            Rows.page(key, route: "/\(key)/")
                + Rows.block(on: key, "together", order: 1, props: #"{"n": "\#(key)"}"#)
                + Rows.block(on: key, "alone", order: 2, props: #"{"n": "\#(key)"}"#)
        }
        func number(_ n: Int) -> String { String(n + 1000) }
        for way in Self.ways.indices {
            let key = "p\(number(way))"
            rows += Rows.page(key + "-a", route: "/\(key)-a/")
            rows += Rows.block(on: key + "-a", "hostile", props: #"{"n": \#(way)}"#)
            rows += victim(key + "-b")
        }
        rows += victim("a-clean")
        rows += "UPDATE robbieblocks_pages SET page_name = 'Same';" + Rows.lastEdited()
        let site = try await TestSite(rows)
        let report = try await site.build { $0.workers = 1 }
        #expect(report.diagnostics == [])
        func lists(_ key: String) throws -> String {
            let html = try site.text("\(key)/index.html")
            let start = try #require(html.firstRange(of: "<ul data-id")).lowerBound
            return String(html[start...])
        }
        let clean = try lists("a-clean")
        #expect(!clean.contains("LEAK") && !clean.contains("threw TypeError"), "\(clean)")
        #expect(clean.replacing("\u{202F}", with: " ").contains("<li>3:04:05 AM</li>"))
        for (way, statement) in Self.ways.enumerated() {
            guard try lists("p\(number(way))-b") == clean else {
                Issue.record(
                    "changes another page: \(statement)\n\(try lists("p\(number(way))-b"))\n\(clean)"
                )
                return
            }
        }
        #expect(Self.ways.count > 300)
    }
}
