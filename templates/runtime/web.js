// The parts of the web platform that components may use while they are rendered: those that need no
// window, network or time. There is no window, document or fetch.
import { URL, URLSearchParams } from "./url.js";
import { decodeUTF8, encodeUTF8 } from "./url-parser.js";

class DOMException extends Error {
  #name;
  constructor(message = "", name = "Error") {
    super(message);
    this.#name = name;
  }
  get name() {
    return this.#name;
  }
  get code() {
    return { InvalidCharacterError: 5, DataCloneError: 25, QuotaExceededError: 22 }[this.#name] ?? 0;
  }
}

class TextEncoder {
  get encoding() {
    return "utf-8";
  }
  encode(text = "") {
    return Uint8Array.from(encodeUTF8(String(text)));
  }
  encodeInto(text, target) {
    let read = 0;
    let written = 0;
    for (const character of String(text)) {
      const bytes = encodeUTF8(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      read += character.length;
      written += bytes.length;
    }
    return { read, written };
  }
}

class TextDecoder {
  #isFatal;
  #keepsMark;
  constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    if (!/^(unicode-1-1-utf-8|utf-?8)$/i.test(String(label).trim())) {
      throw new RangeError(`TextDecoder: only utf-8 is known while rendering, not ${label}`);
    }
    this.#isFatal = Boolean(fatal);
    this.#keepsMark = Boolean(ignoreBOM);
  }
  get encoding() {
    return "utf-8";
  }
  get fatal() {
    return this.#isFatal;
  }
  get ignoreBOM() {
    return this.#keepsMark;
  }
  decode(data = new Uint8Array()) {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
    const text = decodeUTF8(bytes);
    if (this.#isFatal && text.includes("\ufffd")) {
      const again = encodeUTF8(text);
      if (again.length !== bytes.length || again.some((byte, index) => byte !== bytes[index])) {
        throw new TypeError("TextDecoder: the bytes are not UTF-8");
      }
    }
    return this.#keepsMark ? text : text.replace(/^\ufeff/, "");
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function btoa(text) {
  const data = String(text);
  let result = "";
  for (let i = 0; i < data.length; i += 3) {
    const codes = [data.charCodeAt(i), data.charCodeAt(i + 1), data.charCodeAt(i + 2)];
    if (codes.some((code) => code > 255)) {
      throw new DOMException("btoa: a character is above U+00FF", "InvalidCharacterError");
    }
    const bits = (codes[0] << 16) | (codes[1] << 8) | codes[2];
    const count = Math.min(3, data.length - i);
    for (let k = 0; k < 4; k++) result += k <= count ? alphabet[(bits >> (18 - 6 * k)) & 63] : "=";
  }
  return result;
}

function atob(text) {
  let data = String(text).replace(/[\t\n\f\r ]/g, "");
  if (data.length % 4 === 0) data = data.replace(/={1,2}$/, "");
  if (data.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(data)) {
    throw new DOMException("atob: the text is not Base64", "InvalidCharacterError");
  }
  let result = "";
  let bits = 0;
  let count = 0;
  for (const character of data) {
    bits = ((bits << 6) | alphabet.indexOf(character)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    result += String.fromCharCode((bits >> count) & 255);
  }
  return result;
}

const errorTypes = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function cloneObject(value, known) {
  if (known.has(value)) return known.get(value);
  const keep = (copy) => {
    known.set(value, copy);
    return copy;
  };
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (Array.isArray(value)) {
    const copy = keep(new Array(value.length));
    for (const key of Object.keys(value)) copy[key] = clone(value[key], known);
    return copy;
  }
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof Map) {
    const copy = keep(new Map());
    for (const [key, item] of [...value]) copy.set(clone(key, known), clone(item, known));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set());
    for (const item of [...value]) copy.add(clone(item, known));
    return copy;
  }
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) {
    const buffer = clone(value.buffer, known);
    const length = value instanceof DataView ? value.byteLength : value.length;
    return keep(new value.constructor(buffer, value.byteOffset, length));
  }
  if (value instanceof Error) {
    const type = errorTypes[value.name] ?? Error;
    const copy = keep(new type(value.message));
    if ("cause" in value) copy.cause = clone(value.cause, known);
    return copy;
  }
  if (["Boolean", "Number", "String", "BigInt"].includes(tag)) return keep(Object(value.valueOf()));
  const isPlain = tag === "Object" && !(value instanceof Promise) && !value.$$typeof;
  if (!isPlain) throw new DOMException(`structuredClone: ${tag} cannot be cloned`, "DataCloneError");
  const copy = keep({});
  for (const key of Object.keys(value)) {
    Object.defineProperty(copy, key, {
      value: clone(value[key], known), writable: true, enumerable: true, configurable: true,
    });
  }
  return copy;
}

function clone(value, known) {
  if (typeof value === "function" || typeof value === "symbol") {
    throw new DOMException(`structuredClone: a ${typeof value} cannot be cloned`, "DataCloneError");
  }
  return value !== null && typeof value === "object" ? cloneObject(value, known) : value;
}

const functions = {
  atob,
  btoa,
  structuredClone(value) {
    return clone(value, new Map());
  },
  queueMicrotask(task) {
    if (typeof task !== "function") throw new TypeError("queueMicrotask: the task is not a function");
    void Promise.resolve().then(() => task());
  },
  // A page is finished before any time passes, so timers never fire.
  setTimeout: () => 1,
  setInterval: () => 1,
  setImmediate: () => 1,
  clearTimeout() {},
  clearInterval() {},
  clearImmediate() {},
};

const byte = () => Math.floor(Math.random() * 256);
const crypto = {
  getRandomValues(array) {
    if (!ArrayBuffer.isView(array) || array.byteLength > 65536) {
      throw new DOMException("crypto: an array has at most 65,536 bytes", "QuotaExceededError");
    }
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = byte();
    return array;
  },
  randomUUID() {
    const bytes = Array.from({ length: 16 }, byte);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = bytes.map((one) => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
};

const performance = {
  timeOrigin: 0,
  now: () => 0,
  mark() {},
  measure() {},
};

const provided = {
  ...functions, DOMException, TextEncoder, TextDecoder, URL, URLSearchParams, crypto, performance,
};
for (const name of Object.keys(provided)) {
  Object.defineProperty(globalThis, name, {
    value: provided[name], writable: true, enumerable: false, configurable: true,
  });
}
