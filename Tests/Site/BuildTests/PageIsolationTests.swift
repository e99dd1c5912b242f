import Build
import TestSupport
import Testing

/// What the code of one page does to anything that it can reach changes no other page.
@Suite struct PageIsolationTests {
    /// Statements of a hostile component, one a line; `poison` is a function that returns nonsense.
    private static let statements = """
        attackAll()
        globalThis.leak = 1
        self.leak = 1
        delete globalThis.Array
        Object.defineProperty(globalThis, 'Map', { value: poison })
        globalThis.Date = poison
        globalThis.undefined = 1
        new Function('leak = 1')()
        new Function('var leak = 1')()
        (0, eval)('var leak = 1')
        (0, eval)('let leak = 1; const Map = 2')
        (0, eval)('function leak() {}')
        (0, eval)('class leak {}')
        Object.setPrototypeOf(globalThis, { leak: 1 })
        Object.setPrototypeOf(Array.prototype, { leak: 1 })
        Object.setPrototypeOf(Function.prototype, { leak: 1 })
        Object.prototype.leak = 1
        ({}).__proto__.leak = 1
        ({}).constructor.prototype.leak = 1
        Object.defineProperty(Object.prototype, 'leak', { value: 1, configurable: false })
        Object.defineProperty(Object.prototype, 'leak2', { get: poison, set: poison })
        Object.prototype[Symbol.iterator] = poison
        Object.prototype[0] = 'leak'
        Object.prototype.toJSON = poison
        Object.prototype.children = 'leak'
        Object.prototype.dangerouslySetInnerHTML = { __html: 'leak' }
        Object.prototype.defaultProps = { leak: 1 }
        Object.prototype.then = poison
        Object.prototype.$$typeof = 'leak'; throw 1
        Object.prototype.get = poison; Object.prototype.value = 'leak'
        Promise.resolve().then(() => { Object.prototype.leak = 1; })
        queueLeak()
        (async () => { await 0; await 0; Object.prototype.late = 1; })()
        require('react').createElement = poison
        require.leak = 1
        require.prototype.leak = 1
        provide.leak = 1
        poison.caller.leak = 1
        new Function('return arguments.callee.caller')().leak = 1
        new Function('return new.target || Function.prototype.caller')()
        usePage().title = 'leak'
        useNode().name = 'leak'
        useMenu().push({})
        useNode().metadata.leak = 1
        usePages().push({ title: 'leak' })
        Symbol.for('leak').description = 'leak'
        Symbol.iterator = null
        Reflect.ownKeys = poison
        Reflect.construct = poison
        JSON.stringify = poison
        JSON.parse = poison
        Math.max = poison
        Math.random = poison
        Atomics.leak = 1
        console.log = poison
        console.log.leak = 1
        TextEncoder.prototype.encode = poison
        MessageChannel.leak = 1
        WebAssembly.Module.prototype.leak = 1
        new Function('Object.getPrototypeOf(WebAssembly.CompileError).stackTraceLimit = 7')()
        new Function('Object.getPrototypeOf(AggregateError).stackTraceLimit = 7')()
        globalThis.robbieblocksFreeze(5)
        globalThis.robbieblocksSeen.page = 1
        globalThis.robbieblocks.setSite('{}')
        globalThis.robbieblocks.close()
        React.createElement = poison
        React.useState = poison
        React.default = null
        React.Component.prototype.setState = poison
        React.Component.prototype.isReactComponent.leak = 1
        React.Children.map = poison
        React.Component.prototype.render = () => 'leak'
        React.PureComponent.prototype.isPureReactComponent = 0
        React.__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED.ReactCurrentDispatcher.current = null
        React.__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED.leak = 1
        new React.Component().updater.isMounted = poison
        new React.Component().refs.leak = 1
        useTransition()[1].leak = 1
        legacy.leak = 1
        shared.rb.usePage = poison
        rb.usePage.leak = 1
        chat.Icon.defaultProps = { leak: 1 }
        shared.chat.useConversation = poison
        chat.useConversation().view.turns.push(1)
        chat.useConversation().connection.phase = 'leak'
        Object.getPrototypeOf(chat.useConversation().conversation).read = poison
        robbie.moods.push('leak')
        robbie.Face.leak = 1
        require('react/jsx-runtime').jsx = poison
        require('react/jsx-runtime').default.jsx = poison
        require('react').default.leak = 1
        seen.updater.enqueueSetState = poison
        seen.context.leak = 1
        seen.refs.leak = 1
        /(l)eak/.exec('leak')
        RegExp.input = 'leak'
        RegExp.$_ = 'leak'
        'leak'.replace(/e(a)/, '')
        Error.stackTraceLimit = 3
        Error.prepareStackTrace = () => 'leak'
        Error.captureStackTrace = poison
        Array[Symbol.species] = poison
        Object.defineProperty(Array, Symbol.species, { value: poison })
        Object.defineProperty(Function.prototype, Symbol.hasInstance, { value: poison })
        Function.prototype.arguments = 1
        String.raw = poison
        """

    /// Values without a global name for their prototypes, which loops, spreads and awaits use.
    private static let values = """
        [].values()
        new Map().entries()
        new Set().values()
        ''[Symbol.iterator]()
        'a'.matchAll(/a/g)
        (function* () {})()
        (async function* () {})()
        Iterator.from({ next() {} })
        [].values().map((x) => x)
        new Intl.Segmenter('en').segment('a')
        new Intl.Segmenter('en').segment('a')[Symbol.iterator]()
        new Int8Array(1)
        (function* () {})
        (async function () {})
        (async function* () {})
        Promise.resolve()
        new WeakRef({})
        new Date()
        /a/
        new Error()
        () => 1
        {}
        new (class extends Map {})()
        Symbol('x')
        10n
        new DataView(new ArrayBuffer(1))
        (function () { return arguments; })()
        """

    /// What is done to the prototypes of each value.
    private static let attacks = """
        const p = Object.getPrototypeOf(VALUE); p.next = poison; p.leak = 1
        const p = Object.getPrototypeOf(VALUE); for (const k of Reflect.ownKeys(p)) { try { p[k] = poison; } catch {} }
        const p = Object.getPrototypeOf(VALUE); for (const k of Reflect.ownKeys(p)) { Reflect.defineProperty(p, k, { value: poison }); Reflect.deleteProperty(p, k); }
        Object.setPrototypeOf(Object.getPrototypeOf(VALUE), { next: poison, leak: 1 })
        const p = Object.getPrototypeOf(Object.getPrototypeOf(VALUE)); for (const k of Reflect.ownKeys(p)) { try { p[k] = poison; } catch {} }
        """

    /// Members of objects that have a name.
    private static let members = """
        Object.prototype.toString
        Object.prototype.hasOwnProperty
        Object.prototype.valueOf
        Object.prototype.constructor
        Function.prototype.call
        Function.prototype.apply
        Function.prototype.bind
        Function.prototype.toString
        Error.prototype.toString
        Error.prototype.name
        Error.prototype.message
        TypeError.prototype.name
        Array.prototype.map
        Array.prototype.push
        Array.prototype.join
        Array.prototype[Symbol.iterator]
        String.prototype.replace
        String.prototype.split
        String.prototype.toUpperCase
        Number.prototype.toFixed
        RegExp.prototype.exec
        RegExp.prototype[Symbol.replace]
        Map.prototype.get
        Set.prototype.has
        Date.prototype.toISOString
        Promise.prototype.then
        Symbol.prototype.toString
        Array.isArray
        Object.keys
        Object.assign
        Number.isFinite
        Date.now
        Date.UTC
        """

    private static let formats = """
        DateTimeFormat
        NumberFormat
        Collator
        PluralRules
        ListFormat
        RelativeTimeFormat
        DisplayNames
        Segmenter
        Locale
        """

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init)
    }

    private static let ways: [String] = {
        var ways = lines(statements)
        for value in lines(values) {
            ways += lines(attacks).map { $0.replacing("VALUE", with: value) }
        }
        for member in lines(members) {
            ways.append("\(member) = poison")
            ways.append("replaceByGetter(\"\(member)\")")
        }
        for format in lines(formats) {
            ways.append("Intl.\(format) = poison")
            ways.append("Intl.\(format).supportedLocalesOf = poison")
            ways.append("replaceAll(Intl.\(format).prototype)")
        }
        return ways
    }()

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
