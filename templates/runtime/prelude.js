// The bare engine has no web platform. React's server renderer needs these globals when it loads, and
// others that `web.js` also provides to components.
globalThis.self = globalThis;
globalThis.console = { log() {}, info() {}, debug() {}, warn() {}, error() {}, trace() {} };
globalThis.MessageChannel = class MessageChannel {
  constructor() {
    this.port1 = {};
    this.port2 = { postMessage() {} };
  }
};

// The clock is fixed at the page's last edit and random numbers have a fixed seed, so that the same
// rows give the same bytes. `robbieblocksSeen` records what a rendering has read, including these:
// see `server.js`. Both names are removed before code from rows runs.
globalThis.robbieblocksSeen = {
  page: false, node: false, menu: false, pages: false, headings: false, clock: false, order: false,
};
globalThis.robbieblocksFreeze = (() => {
  const seen = globalThis.robbieblocksSeen;
  const { construct, ownKeys } = Reflect;
  const { defineProperty } = Object;
  let now = 0;
  let state = 1;

  function hide(object, name, value) {
    defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  }

  // The engine's own constructor, which has the real time, is not reachable from outside.
  const RealDate = Date;
  function read() {
    seen.clock = true;
    return now;
  }
  function FrozenDate(...parts) {
    if (new.target === undefined) return new RealDate(read()).toString();
    return construct(RealDate, parts.length === 0 ? [read()] : parts, new.target);
  }
  const statics = { now: () => read(), parse: Date.parse, UTC: Date.UTC };
  for (const name of ownKeys(statics)) hide(FrozenDate, name, statics[name]);
  defineProperty(FrozenDate, "name", { value: "Date", configurable: true });
  defineProperty(FrozenDate, "length", { value: 7, configurable: true });
  defineProperty(FrozenDate, "prototype", { value: RealDate.prototype, writable: false });
  hide(RealDate.prototype, "constructor", FrozenDate);
  hide(globalThis, "Date", FrozenDate);

  // Formatters use the current time when they are called without one.
  const formats = Intl.DateTimeFormat.prototype;
  const { get: realFormat } = Object.getOwnPropertyDescriptor(formats, "format");
  const realParts = formats.formatToParts;
  const bound = new WeakMap();
  const { call } = Function.prototype;
  const apply = call.bind(call);
  const getBound = call.bind(WeakMap.prototype.get, bound);
  const setBound = call.bind(WeakMap.prototype.set, bound);
  const patched = {
    get format() {
      const format = apply(realFormat, this);
      let frozen = getBound(format);
      if (!frozen) {
        frozen = (date) => format(date === undefined ? read() : date);
        defineProperty(frozen, "name", { value: "" });
        setBound(format, frozen);
      }
      return frozen;
    },
    formatToParts(date) {
      return apply(realParts, this, date === undefined ? read() : date);
    },
  };
  for (const name of ownKeys(patched)) {
    const property = Object.getOwnPropertyDescriptor(patched, name);
    defineProperty(formats, name, { ...property, enumerable: false });
  }

  hide(Math, "random", () => {
    seen.order = true;
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  });

  // Garbage collection does not depend on the rows: weak references therefore stay strong, and no
  // finalizer is called, which the language allows.
  const targets = new WeakMap();
  const getTarget = call.bind(WeakMap.prototype.get, targets);
  const setTarget = call.bind(WeakMap.prototype.set, targets);
  const weak = {
    WeakRef: class WeakRef {
      constructor(target) {
        if (Object(target) !== target && typeof target !== "symbol") {
          throw new TypeError("WeakRef: the target is not an object");
        }
        setTarget(this, { target });
      }
      deref() {
        return getTarget(this).target;
      }
    },
    FinalizationRegistry: class FinalizationRegistry {
      register() {}
      unregister() {
        return false;
      }
    },
  };
  for (const name of ownKeys(weak)) {
    defineProperty(weak[name].prototype, Symbol.toStringTag, { value: name, configurable: true });
    hide(globalThis, name, weak[name]);
  }
  // Each WebAssembly error inherits from the engine's own Error, which must not be reachable.
  for (const name of ["Temporal", "ShadowRealm", "performance", "WebAssembly"]) delete globalThis[name];

  return (milliseconds) => {
    now = milliseconds;
    state = 1;
  };
})();
