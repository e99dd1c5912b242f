// The bare engine has no web platform. React's server renderer asks for these names when it loads.
globalThis.self = globalThis;
globalThis.console = { log() {}, info() {}, debug() {}, warn() {}, error() {}, trace() {} };
globalThis.TextEncoder = class TextEncoder {
  encode(text) {
    const bytes = unescape(encodeURIComponent(text));
    return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
  }
};
globalThis.MessageChannel = class MessageChannel {
  constructor() {
    this.port1 = {};
    this.port2 = { postMessage() {} };
  }
};

// The clock stands at the page's last edit and chance is counted from a fixed seed, so that the same
// rows give the same bytes.
globalThis.robbieblocksFreeze = (() => {
  let now = 0;
  let state = 1;
  const RealDate = Date;
  const FrozenDate = class Date extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(now);
      else super(...parts);
    }
    static now() {
      return now;
    }
  };
  globalThis.Date = new Proxy(FrozenDate, { apply: () => new FrozenDate().toString() });
  FrozenDate.prototype.constructor = globalThis.Date;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return (milliseconds) => {
    now = milliseconds;
    state = 1;
  };
})();
