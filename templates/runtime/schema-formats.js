// The formats of JSON Schema. An unknown format accepts any text.

const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;
const unicodeLabel = /^(?![-\p{M}])[\p{L}\p{M}\p{N}\u00B7\u06FD\u06FE\u0F0B\u0375\u05F3\u05F4\u30FB\u200C\u200D-]{1,63}(?<!-)$/u;
const local = /^(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*|"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*")$/iu;
const unicodeLocal = /^(?:[\p{L}\p{M}\p{N}\p{S}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}\p{S}!#$%&'*+/=?^_`{|}~-]+)*|"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*")$/u;

function isDate(text) {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

/** RFC 3339; a leap second is the last one of a day in UTC. */
function isTime(text) {
  const found = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d):(\d\d))$/i.exec(text);
  if (!found) return false;
  const [hour, minute, second] = found.slice(1, 4).map(Number);
  const [offsetHour, offsetMinute] = [Number(found[5] ?? 0), Number(found[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  const offset = (found[4] === "-" ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  return (hour * 60 + minute - offset + 2880) % 1440 === 1439;
}

function isDateTime(text) {
  const parts = text.split(/t/i);
  return parts.length === 2 && isDate(parts[0]) && isTime(parts[1]);
}

function isDuration(text) {
  return /^P(?!$)(?:\d+W|(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?(?:T(?=\d)(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)$/.test(text);
}

function isIPv4(text) {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

function isIPv6(text) {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  let count = 0;
  for (const [index, half] of halves.entries()) {
    if (half === "") continue;
    const groups = half.split(":");
    for (const [place, group] of groups.entries()) {
      const isLast = index === halves.length - 1 && place === groups.length - 1;
      if (/^[0-9a-f]{1,4}$/i.test(group)) count += 1;
      else if (isLast && group.includes(".") && isIPv4(group)) count += 2;
      else return false;
    }
  }
  return halves.length === 2 ? count <= 7 : count === 8;
}

function isHostname(text) {
  return text.length <= 253 && text.split(".").every((part) => label.test(part));
}

/** Accepts letters of other scripts; whether their Punycode can be registered is not checked. */
function isUnicodeHostname(text) {
  if (text.length > 253) return false;
  return text.split(/[.\u3002\uFF0E\uFF61]/u).every((part) => {
    if (!unicodeLabel.test(part) || /^..--/u.test(part) && !/^xn--[a-z0-9-]+$/i.test(part)) return false;
    if (/[\u302E\u302F\u0640\u07FA]/u.test(part)) return false;
    if (/(?<!l)\u00B7|\u00B7(?!l)/iu.test(part)) return false;
    if (/\u0375(?!\p{Script=Greek})/u.test(part) || /(?<!\p{Script=Hebrew})[\u05F3\u05F4]/u.test(part)) return false;
    if (/\u30FB/u.test(part) && !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(part.replace(/\u30FB/gu, ""))) return false;
    if (/[\u0660-\u0669]/u.test(part) && /[\u06F0-\u06F9]/u.test(part)) return false;
    return !/(?<![\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA])\u200D/u.test(part);
  });
}

function isAddress(text, isLocal, isHost) {
  const at = text.lastIndexOf("@");
  if (at < 1 || !isLocal.test(text.slice(0, at))) return false;
  const host = text.slice(at + 1);
  const literal = /^\[(ipv6:)?(.*)\]$/i.exec(host);
  if (literal) return literal[1] ? isIPv6(literal[2]) : isIPv4(literal[2]);
  return isHost(host);
}

/** RFC 3986; `more` are the additional characters of RFC 3987. */
function isURI(text, more, needsScheme) {
  const plain = `[a-z0-9._~!$&'()*+,;=:@${more}-]|%[0-9a-f]{2}`;
  const found = new RegExp(`^(?:([a-z][a-z0-9+.-]*):)?(?://([^/?#]*))?((?:${plain}|/)*)(?:\\?(?:${plain}|[/?])*)?(?:#(?:${plain}|[/?])*)?$`, "iu").exec(text);
  if (!found) return false;
  const [, scheme, authority, path] = found;
  if (needsScheme && scheme === undefined) return false;
  if (scheme === undefined && authority === undefined && /^[^/]*:/.test(path)) return false;
  if (authority === undefined) return true;
  const inner = `[a-z0-9._~!$&'()*+,;=${more}-]|%[0-9a-f]{2}`;
  const parts = new RegExp(`^(?:(?:${inner}|:)*@)?(\\[[^\\]]*\\]|(?:${inner})*)(?::\\d*)?$`, "iu").exec(authority);
  if (!parts) return false;
  const literal = /^\[(.*)\]$/.exec(parts[1]);
  return !literal || isIPv6(literal[1]) || /^v[0-9a-f]+\.[a-z0-9._~!$&'()*+,;=:-]+$/i.test(literal[1]);
}

const beyondASCII = "\\u{A0}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFEF}\\u{10000}-\\u{EFFFD}";

function isExpression(text) {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}

const template = /^(?:[^\p{Cc} "'%<>\\^`{|}]|%[0-9a-f]{2}|\{[+#./;?&=,!@|]?(?:\w|%[0-9a-f]{2})(?:\.?(?:\w|%[0-9a-f]{2}))*(?::[1-9]\d{0,3}|\*)?(?:,(?:\w|%[0-9a-f]{2})(?:\.?(?:\w|%[0-9a-f]{2}))*(?::[1-9]\d{0,3}|\*)?)*\})*$/iu;

const formats = {
  date: isDate,
  time: isTime,
  "date-time": isDateTime,
  duration: isDuration,
  email: (text) => isAddress(text, local, isHostname),
  "idn-email": (text) => isAddress(text, unicodeLocal, isUnicodeHostname),
  hostname: isHostname,
  "idn-hostname": isUnicodeHostname,
  ipv4: isIPv4,
  ipv6: isIPv6,
  uri: (text) => isURI(text, "", true),
  "uri-reference": (text) => isURI(text, "", false),
  iri: (text) => isURI(text, beyondASCII, true),
  "iri-reference": (text) => isURI(text, beyondASCII, false),
  "uri-template": (text) => template.test(text),
  uuid: (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  "json-pointer": (text) => /^(?:\/(?:[^~/]|~[01])*)*$/u.test(text),
  "relative-json-pointer": (text) => /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/u.test(text),
  regex: isExpression,
};

export function checkFormat(name, text) {
  return Object.hasOwn(formats, name) ? formats[name](text) : true;
}
