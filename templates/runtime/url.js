// URL and URLSearchParams, which the bare engine does not provide.
import {
  defaultPorts, isSpecial, parse, parseHost, pathname, percentDecode, percentEncode, serialize, sets,
  setPath, setPort, setQuery,
} from "./url-parser.js";

function formEncode(text) {
  return encodeURIComponent(text.toWellFormed())
    .replace(/%20/g, "+")
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function parseForm(text) {
  return text.split("&").filter((pair) => pair !== "").map((pair) => {
    const [, name, value = ""] = /^([^=]*)=?([^]*)$/.exec(pair.replace(/\+/g, " "));
    return [percentDecode(name), percentDecode(value)];
  });
}

class URLSearchParams {
  #pairs = [];
  #update = null;

  constructor(init = "") {
    if (typeof init === "object" && init !== null) {
      if (typeof init[Symbol.iterator] === "function") {
        for (const pair of init) {
          const [name, value, ...more] = pair;
          if (value === undefined || more.length > 0) {
            throw new TypeError("URLSearchParams: each pair has a name and a value");
          }
          this.#pairs.push([String(name), String(value)]);
        }
      } else {
        for (const name of Reflect.ownKeys(init)) {
          if (Object.prototype.propertyIsEnumerable.call(init, name)) {
            this.#pairs.push([String(name), String(init[name])]);
          }
        }
      }
    } else {
      this.#pairs = parseForm(String(init).replace(/^\?/, ""));
    }
  }

  static attach(params, text, update) {
    params.#pairs = parseForm(text);
    params.#update = update;
  }

  #changed() {
    this.#update?.(this.toString());
  }

  get size() {
    return this.#pairs.length;
  }
  append(name, value) {
    this.#pairs.push([String(name), String(value)]);
    this.#changed();
  }
  delete(name, value) {
    const isKept = ([n, v]) => n !== String(name) || (value !== undefined && v !== String(value));
    this.#pairs = this.#pairs.filter(isKept);
    this.#changed();
  }
  get(name) {
    return this.#pairs.find(([n]) => n === String(name))?.[1] ?? null;
  }
  getAll(name) {
    return this.#pairs.filter(([n]) => n === String(name)).map(([, value]) => value);
  }
  has(name, value) {
    return this.#pairs.some(([n, v]) => n === String(name) && (value === undefined || v === String(value)));
  }
  set(name, value) {
    const first = this.#pairs.find(([n]) => n === String(name));
    if (first) {
      first[1] = String(value);
      this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== first[0]);
    } else {
      this.#pairs.push([String(name), String(value)]);
    }
    this.#changed();
  }
  sort() {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed();
  }
  forEach(task, receiver) {
    for (const [name, value] of this) task.call(receiver, value, name, this);
  }
  *entries() {
    for (let i = 0; i < this.#pairs.length; i++) yield [...this.#pairs[i]];
  }
  *keys() {
    for (const [name] of this.entries()) yield name;
  }
  *values() {
    for (const [, value] of this.entries()) yield value;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  toString() {
    return this.#pairs.map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`).join("&");
  }
  get [Symbol.toStringTag]() {
    return "URLSearchParams";
  }
}
const { attach } = URLSearchParams;
delete URLSearchParams.attach;

class URL {
  #record;
  #params = new URLSearchParams();

  constructor(url, base) {
    const record = URL.#parse(url, base);
    if (!record) throw new TypeError(`Invalid URL: ${String(url)}`);
    this.#set(record);
  }

  static #parse(url, base) {
    if (base === undefined) return parse(String(url), null);
    const from = parse(String(base), null);
    return from && parse(String(url), from);
  }
  static canParse(url, base) {
    return URL.#parse(url, base) !== null;
  }
  static parse(url, base) {
    return URL.canParse(url, base) ? new URL(url, base) : null;
  }

  #set(record) {
    this.#record = record;
    this.#link();
  }
  #link() {
    attach(this.#params, this.#record.query ?? "", (text) => {
      this.#record.query = text === "" ? null : text;
    });
  }
  get #hasNoHost() {
    const { host, scheme } = this.#record;
    return host === null || host === "" || scheme === "file:";
  }

  get href() {
    return serialize(this.#record);
  }
  set href(text) {
    const record = parse(String(text), null);
    if (!record) throw new TypeError(`Invalid URL: ${String(text)}`);
    this.#set(record);
  }
  get origin() {
    const { scheme, opaque } = this.#record;
    if (scheme === "blob:") {
      const inner = parse(opaque ?? "", null);
      return inner && /^https?:$/.test(inner.scheme) ? `${inner.scheme}//${hostOf(inner)}` : "null";
    }
    return isSpecial(scheme) && scheme !== "file:" ? `${scheme}//${this.host}` : "null";
  }
  get protocol() {
    return this.#record.scheme;
  }
  set protocol(text) {
    const named = /^([a-z][a-z0-9+.-]*)(:|$)/i.exec(String(text));
    if (!named) return;
    const record = this.#record;
    const scheme = `${named[1].toLowerCase()}:`;
    if (isSpecial(scheme) !== isSpecial(record.scheme)) return;
    if (scheme === "file:" && (record.username || record.password || record.port !== null)) return;
    if (record.scheme === "file:" && record.host === "") return;
    record.scheme = scheme;
    if (record.port === defaultPorts[scheme]) record.port = null;
  }
  get username() {
    return this.#record.username;
  }
  set username(text) {
    if (!this.#hasNoHost) this.#record.username = percentEncode(String(text), sets.user);
  }
  get password() {
    return this.#record.password;
  }
  set password(text) {
    if (!this.#hasNoHost) this.#record.password = percentEncode(String(text), sets.user);
  }
  get host() {
    return hostOf(this.#record);
  }
  set host(text) {
    this.#setHost(String(text), true);
  }
  get hostname() {
    return this.#record.host ?? "";
  }
  set hostname(text) {
    this.#setHost(String(text), false);
  }
  #setHost(text, withPort) {
    const record = this.#record;
    if (record.opaque !== null) return;
    const special = isSpecial(record.scheme);
    const [given] = text.split(special ? /[/\\?#]/ : /[/?#]/);
    const end = given.startsWith("[") ? given.indexOf("]") + 1 : given.search(/:|$/);
    if (given[end] === ":" && (!withPort || record.scheme === "file:")) return;
    const name = given.slice(0, end);
    if (name === "" && special && record.scheme !== "file:") return;
    const host = name === "" ? "" : parseHost(name, special);
    if (host === null) return;
    record.host = host === "localhost" && record.scheme === "file:" ? "" : host;
    const digits = /^:([0-9]+)/.exec(given.slice(end));
    if (withPort && digits) setPort(record, digits[1]);
  }
  get port() {
    return this.#record.port === null ? "" : String(this.#record.port);
  }
  set port(text) {
    if (this.#hasNoHost) return;
    if (String(text) === "") this.#record.port = null;
    const digits = /^[0-9]+/.exec(String(text));
    if (digits) setPort(this.#record, digits[0]);
  }
  get pathname() {
    return pathname(this.#record);
  }
  set pathname(text) {
    const record = this.#record;
    if (record.opaque !== null) return;
    record.path = [];
    const escaped = String(text).replace(/\?/g, "%3F").replace(/#/g, "%23");
    const { query } = record;
    setPath(record, escaped);
    record.query = query;
  }
  get search() {
    return this.#record.query ? `?${this.#record.query}` : "";
  }
  set search(text) {
    const query = String(text).replace(/^\?/, "");
    if (query === "") this.#record.query = null;
    else setQuery(this.#record, query);
    this.#link();
  }
  get searchParams() {
    return this.#params;
  }
  get hash() {
    return this.#record.fragment ? `#${this.#record.fragment}` : "";
  }
  set hash(text) {
    const fragment = String(text).replace(/^#/, "");
    this.#record.fragment = fragment === "" ? null : percentEncode(fragment, sets.fragment);
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
  get [Symbol.toStringTag]() {
    return "URL";
  }
}

function hostOf({ host, port }) {
  return (host ?? "") + (port === null ? "" : `:${port}`);
}

export { URL, URLSearchParams };
