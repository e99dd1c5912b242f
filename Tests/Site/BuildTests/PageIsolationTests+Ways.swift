/// The ways in which a hostile component tries to change what other pages see.
extension PageIsolationTests {
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

    /// Changes to the prototypes of each value.
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

    static let ways: [String] = {
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
}
