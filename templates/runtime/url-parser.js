// Parses and serializes URLs as the URL standard defines (https://url.spec.whatwg.org), which the bare
// engine does not provide. The only difference: host names with letters outside ASCII are lowercased and
// normalized (NFKC) before they are encoded, without the standard's mapping table.
export const defaultPorts = {
  __proto__: null, "ftp:": 21, "file:": null, "http:": 80, "https:": 443, "ws:": 80, "wss:": 443,
};
export const isSpecial = (scheme) => scheme in defaultPorts;

const control = /[^\x20-\x7e]/u;
export const sets = {
  control,
  fragment: /[^\x21\x23-\x3b\x3d\x3f-\x5f\x61-\x7e]/u,
  query: /[^\x21\x24-\x3b\x3d\x3f-\x7e]/u,
  specialQuery: /[^\x21\x24-\x26\x28-\x3b\x3d\x3f-\x7e]/u,
  path: /[^\x21\x24-\x3b\x3d\x40-\x5f\x61-\x7a\x7c\x7e]/u,
  user: /[^\x21\x24-\x2e\x30-\x39\x41-\x5a\x5f\x61-\x7a\x7e]/u,
};

export function percentEncode(text, set) {
  const all = new RegExp(set.source, "gu");
  return text.toWellFormed().replace(all, (character) => {
    const encoded = encodeURIComponent(character);
    return encoded === character
      ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}` : encoded;
  });
}

/** Decodes UTF-8; invalid bytes become U+FFFD. */
export function decodeUTF8(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++];
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const count = first >= 0xc2 && first < 0xe0 ? 1 : (first & 0xf0) === 0xe0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
    let code = count === 1 ? first & 0x1f : count === 2 ? first & 0x0f : first & 0x07;
    let taken = 0;
    while (taken < count && i < bytes.length) {
      const next = bytes[i];
      const low = taken > 0 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
      const high = taken > 0 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
      if (next < low || next > high) break;
      code = (code << 6) | (next & 0x3f);
      taken += 1;
      i += 1;
    }
    text += count > 0 && taken === count ? String.fromCodePoint(code) : "\ufffd";
  }
  return text;
}

export function encodeUTF8(text) {
  const bytes = [];
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f));
      bytes.push(0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    }
  }
  return bytes;
}

export function percentDecode(text) {
  if (!text.includes("%")) return text;
  const bytes = [];
  for (let i = 0; i < text.length; ) {
    const hex = text.slice(i + 1, i + 3);
    if (text[i] === "%" && /^[0-9a-f]{2}$/i.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 3;
    } else {
      const character = String.fromCodePoint(text.codePointAt(i));
      bytes.push(...encodeUTF8(character));
      i += character.length;
    }
  }
  return decodeUTF8(bytes);
}

/** Encodes a label as Punycode (RFC 3492), without its prefix. */
function punycode(label) {
  const points = Array.from(label, (character) => character.codePointAt(0));
  let output = points.filter((point) => point < 0x80).map((p) => String.fromCharCode(p)).join("");
  let handled = output.length;
  const basic = handled;
  if (basic > 0) output += "-";
  let current = 0x80;
  let delta = 0;
  let bias = 72;
  const digit = (value) => String.fromCharCode(value < 26 ? 97 + value : 22 + value);
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= current));
    delta += (next - current) * (handled + 1);
    current = next;
    for (const point of points) {
      if (point < current) delta += 1;
      if (point !== current) continue;
      let rest = delta;
      for (let k = 36; ; k += 36) {
        const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (rest < threshold) break;
        output += digit(threshold + ((rest - threshold) % (36 - threshold)));
        rest = Math.floor((rest - threshold) / (36 - threshold));
      }
      output += digit(rest);
      delta = handled === basic ? Math.floor(delta / 700) : delta >> 1;
      delta += Math.floor(delta / (handled + 1));
      let k = 0;
      for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
      bias = k + Math.floor((36 * delta) / (delta + 38));
      delta = 0;
      handled += 1;
    }
    delta += 1;
    current += 1;
  }
  return output;
}

function asciiDomain(domain) {
  const mapped = domain.replace(/[\u00ad\u200b\u2060\ufeff\ufe00-\ufe0f]/g, "").normalize("NFKC")
    .toLowerCase().normalize("NFC");
  return mapped.replace(/[\u3002\uff0e\uff61]/g, ".").split(".")
    .map((label) => (/^[\0-\x7f]*$/.test(label) ? label : `xn--${punycode(label)}`)).join(".");
}

function parseIPv4Number(text) {
  if (text === "") return null;
  let digits = text;
  let radix = 10;
  if (/^0x/i.test(digits)) [digits, radix] = [digits.slice(2), 16];
  else if (digits.length > 1 && digits[0] === "0") [digits, radix] = [digits.slice(1), 8];
  if (digits === "") return 0;
  const allowed = { 8: /^[0-7]+$/, 10: /^[0-9]+$/, 16: /^[0-9a-f]+$/i }[radix];
  return allowed.test(digits) ? parseInt(digits, radix) : null;
}

/** Returns the address in dotted form; undefined when the name is not an address, null when it is invalid. */
function parseIPv4(name) {
  const parts = name.split(".");
  if (parts.at(-1) === "" && parts.length > 1) parts.pop();
  const last = parts.at(-1);
  if (!/^[0-9]+$/.test(last) && !/^0x[0-9a-f]*$/i.test(last)) return undefined;
  if (parts.length > 4) return null;
  const numbers = parts.map(parseIPv4Number);
  if (numbers.includes(null)) return null;
  const end = numbers.pop();
  if (numbers.some((number) => number > 255) || end >= 256 ** (4 - numbers.length)) return null;
  let address = end;
  numbers.forEach((number, index) => {
    address += number * 256 ** (3 - index);
  });
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

function parseIPv6(text) {
  let [head, tail, ...more] = text.split("::");
  if (more.length > 0) return null;
  const pieces = (part, isEnd) => {
    if (part === undefined || part === "") return [];
    const result = [];
    const words = part.split(":");
    for (let i = 0; i < words.length; i++) {
      if (isEnd && i === words.length - 1 && words[i].includes(".")) {
        const numbers = words[i].split(".");
        const isValid = numbers.length === 4 &&
          numbers.every((number) => /^(0|[1-9][0-9]{0,2})$/.test(number) && Number(number) < 256);
        if (!isValid) return null;
        const [a, b, c, d] = numbers.map(Number);
        result.push(a * 256 + b, c * 256 + d);
      } else {
        if (!/^[0-9a-f]{1,4}$/i.test(words[i])) return null;
        result.push(parseInt(words[i], 16));
      }
    }
    return result;
  };
  const first = pieces(head, tail === undefined);
  const second = pieces(tail, true);
  if (!first || !second) return null;
  const missing = 8 - first.length - second.length;
  if (tail === undefined ? missing !== 0 || text === "" : missing < 1) return null;
  const address = [...first, ...Array(tail === undefined ? 0 : missing).fill(0), ...second];
  // The first of the longest runs of at least two zeros is omitted.
  let best = { start: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && address[i + length] === 0) length += 1;
    if (length > best.length) best = { start: i, length };
    i += length;
  }
  const words = address.map((piece) => piece.toString(16));
  if (best.start < 0) return `[${words.join(":")}]`;
  return `[${words.slice(0, best.start).join(":")}::${words.slice(best.start + best.length).join(":")}]`;
}

/** Returns a host in its serialized form; null when it is invalid. */
export function parseHost(text, special) {
  if (text.startsWith("[")) return text.endsWith("]") ? parseIPv6(text.slice(1, -1)) : null;
  if (!special) {
    return /[\0\t\n\r #/:<>?@[\\\]^|]/.test(text) ? null : percentEncode(text, control);
  }
  const domain = asciiDomain(percentDecode(text));
  if (domain === "" || /[\0-\x20#%/:<>?@[\\\]^|\x7f]/.test(domain)) return null;
  const address = parseIPv4(domain);
  return address === undefined ? domain : address;
}

const isDrive = (text) => /^[a-z][:|]$/i.test(text);
const startsWithDrive = (text) => /^[a-z][:|]([/\\?#]|$)/i.test(text);

function shorten(record) {
  const { path, scheme } = record;
  if (scheme === "file:" && path.length === 1 && /^[a-z]:$/i.test(path[0])) return;
  path.pop();
}

export function setQuery(record, text) {
  record.query = percentEncode(text, isSpecial(record.scheme) ? sets.specialQuery : sets.query);
}

/** Reads the part after the authority: a path and a query. */
export function setPath(record, rest) {
  const mark = rest.indexOf("?");
  if (mark >= 0) setQuery(record, rest.slice(mark + 1));
  const text = mark < 0 ? rest : rest.slice(0, mark);
  const special = isSpecial(record.scheme);
  if (text === "" && !special) return;
  const segments = text.replace(special ? /^[/\\]/ : /^\//, "").split(special ? /[/\\]/ : "/");
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    const plain = segment.toLowerCase().replace(/%2e/g, ".");
    if (plain === "..") {
      shorten(record);
      if (isLast) record.path.push("");
    } else if (plain === ".") {
      if (isLast) record.path.push("");
    } else if (record.scheme === "file:" && record.path.length === 0 && isDrive(segment)) {
      record.path.push(`${segment[0]}:`);
    } else {
      record.path.push(percentEncode(segment, sets.path));
    }
  });
}

/** Reads `text` as the part after two slashes; returns the record, or null. */
function setAuthority(record, text) {
  const special = isSpecial(record.scheme);
  const found = text.search(special ? /[/\\?]/ : /[/?]/);
  const authority = found < 0 ? text : text.slice(0, found);
  const at = authority.lastIndexOf("@");
  if (at >= 0) {
    const [, name, secret = ""] = /^([^:]*):?([^]*)$/.exec(authority.slice(0, at));
    record.username = percentEncode(name, sets.user);
    record.password = percentEncode(secret, sets.user);
  }
  if (!setHostAndPort(record, authority.slice(at + 1))) return null;
  if (record.host === "" && (at >= 0 || record.port !== null)) return null;
  setPath(record, found < 0 ? "" : text.slice(found));
  return record;
}

function setHostAndPort(record, text) {
  const special = isSpecial(record.scheme);
  const end = text.startsWith("[") ? text.indexOf("]") + 1 : text.search(/:|$/);
  if (text.startsWith("[") && end === 0) return false;
  const [name, rest] = [text.slice(0, end), text.slice(end)];
  if (rest !== "" && rest[0] !== ":") return false;
  if (name === "" && (special || rest !== "")) return false;
  const host = name === "" ? "" : parseHost(name, special);
  if (host === null) return false;
  record.host = host;
  return rest.length > 1 ? setPort(record, rest.slice(1)) : true;
}

export function setPort(record, text) {
  if (!/^[0-9]+$/.test(text) || Number(text) > 65535) return false;
  record.port = Number(text) === defaultPorts[record.scheme] ? null : Number(text);
  return true;
}

function parseFile(record, rest, base) {
  record.scheme = "file:";
  record.host = "";
  if (/^[/\\]{2}/.test(rest)) {
    const text = rest.slice(2);
    const found = text.search(/[/\\?]/);
    const name = found < 0 ? text : text.slice(0, found);
    if (isDrive(name)) {
      setPath(record, text);
      return record;
    }
    const host = name === "" ? "" : parseHost(name, true);
    if (host === null) return null;
    record.host = host === "localhost" ? "" : host;
    setPath(record, found < 0 ? "" : text.slice(found));
    return record;
  }
  if (/^[/\\]/.test(rest)) {
    if (base) {
      record.host = base.host;
      const drive = base.path[0];
      if (!startsWithDrive(rest.slice(1)) && drive && /^[a-z]:$/i.test(drive)) record.path.push(drive);
    }
    setPath(record, rest);
    return record;
  }
  if (base) {
    record.host = base.host;
    record.path = [...base.path];
    record.query = base.query;
    if (rest.startsWith("?")) {
      setQuery(record, rest.slice(1));
    } else if (rest !== "") {
      record.query = null;
      if (startsWithDrive(rest)) record.path = [];
      else shorten(record);
      setPath(record, rest);
    }
    return record;
  }
  setPath(record, rest);
  return record;
}

function parseRelative(record, rest, base) {
  record.scheme = base.scheme;
  const special = isSpecial(base.scheme);
  const slash = special ? /^[/\\]/ : /^\//;
  if (slash.test(rest) && slash.test(rest.slice(1))) {
    return setAuthority(record, special ? rest.replace(/^[/\\]+/, "") : rest.slice(2));
  }
  for (const name of ["username", "password", "host", "port"]) record[name] = base[name];
  if (slash.test(rest)) {
    setPath(record, rest);
    return record;
  }
  record.path = [...base.path];
  record.query = base.query;
  if (rest.startsWith("?")) {
    setQuery(record, rest.slice(1));
  } else if (rest !== "") {
    record.query = null;
    shorten(record);
    setPath(record, rest);
  }
  return record;
}

/** Returns the parts of a URL; null when the text is not a URL. */
export function parse(input, base) {
  let rest = input.toWellFormed().replace(/^[\0-\x20]+|[\0-\x20]+$/g, "").replace(/[\t\n\r]/g, "");
  const record = {
    scheme: "", username: "", password: "", host: null, port: null, path: [], opaque: null,
    query: null, fragment: null,
  };
  const hash = rest.indexOf("#");
  if (hash >= 0) {
    record.fragment = percentEncode(rest.slice(hash + 1), sets.fragment);
    rest = rest.slice(0, hash);
  }
  const named = /^([a-z][a-z0-9+.-]*):/i.exec(rest);
  if (!named) {
    if (!base) return null;
    if (base.opaque !== null) {
      if (rest !== "" || hash < 0) return null;
      return { ...base, path: [], fragment: record.fragment };
    }
    return base.scheme === "file:" ? parseFile(record, rest, base) : parseRelative(record, rest, base);
  }
  record.scheme = named[0].toLowerCase();
  rest = rest.slice(named[0].length);
  if (record.scheme === "file:") return parseFile(record, rest, base?.scheme === "file:" ? base : null);
  if (isSpecial(record.scheme)) {
    if (base?.scheme === record.scheme && !rest.startsWith("//")) return parseRelative(record, rest, base);
    return setAuthority(record, rest.replace(/^[/\\]+/, ""));
  }
  if (rest.startsWith("//")) return setAuthority(record, rest.slice(2));
  if (rest.startsWith("/")) {
    setPath(record, rest);
    return record;
  }
  const mark = rest.indexOf("?");
  record.opaque = percentEncode(mark < 0 ? rest : rest.slice(0, mark), control);
  if (mark >= 0) setQuery(record, rest.slice(mark + 1));
  return record;
}

export function pathname(record) {
  return record.opaque ?? record.path.map((segment) => `/${segment}`).join("");
}

export function serialize(record) {
  let text = record.scheme;
  if (record.host !== null) {
    text += "//";
    if (record.username || record.password) {
      text += record.username + (record.password ? `:${record.password}` : "") + "@";
    }
    text += record.host + (record.port === null ? "" : `:${record.port}`);
  } else if (record.opaque === null && record.path.length > 1 && record.path[0] === "") {
    text += "/.";
  }
  text += pathname(record);
  if (record.query !== null) text += `?${record.query}`;
  if (record.fragment !== null) text += `#${record.fragment}`;
  return text;
}
