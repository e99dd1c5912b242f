// Parses the Markdown of an answer into a tree of values. The tree contains no HTML: text stays
// text, only safe links are kept, and images become links. Each step consumes text, so that the
// time is proportional to the length of the answer, whatever its content.

export type Inline =
  | string
  | { kind: "strong" | "em" | "del"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; href: string; isForeign: boolean; children: Inline[] }
  | { kind: "break" };

export type Alignment = "left" | "center" | "right" | null;

export type Block =
  | { kind: "heading"; level: number; children: Inline[] }
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "code"; language: string; text: string; isOpen: boolean }
  | { kind: "quote"; children: Block[] }
  | { kind: "list"; start: number | null; items: { task: boolean | null; children: Block[] }[]; isTight: boolean }
  | { kind: "table"; alignments: Alignment[]; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

export const limits = Object.freeze({
  /** Maximum characters of an answer, and of running text that is parsed for marks. */
  source: 100_000,
  inline: 10_000,
  /** A longer line is not a fence, rule or row of dashes. */
  markLine: 1_000,
  blocks: 2_000,
  nesting: 6,
  inlineNesting: 8,
  columns: 24,
  rows: 400,
});

const fence = /^ {0,3}(`{3,}|~{3,}) *([^`\n]*)$/;
const heading = /^ {0,3}(#{1,6})(?: (.*))?$/;
const rule = /^ {0,3}([-*_]) *(?:\1 *){2,}$/;
const marker = /^( {0,3})([-*+]|\d{1,9}[.)])(?:([ \t]+)(.*)|[ \t]*)$/;
const quote = /^ {0,3}>[ ]?/;
const delimiterRow = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const blank = /^[ \t]*$/;

function match(pattern: RegExp, line: string): RegExpExecArray | null {
  return line.length > limits.markLine ? null : pattern.exec(line);
}

function indentOf(line: string): number {
  return line.length - line.replace(/^ +/, "").length;
}

/**
 * Splits an answer into blocks, each as its source text.
 *
 * While text is appended, only the last block changes: the ones before it need not be parsed again.
 */
export function splitBlocks(source: string): string[] {
  const text = source.length > limits.source ? source.slice(0, limits.source) : source;
  const lines = text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n");
  const blocks: string[] = [];
  let index = 0;
  while (index < lines.length && blocks.length < limits.blocks) {
    if (blank.test(lines[index]!)) {
      index += 1;
      continue;
    }
    const end = blockEnd(lines, index);
    let last = end;
    while (last > index + 1 && blank.test(lines[last - 1]!) && !match(fence, lines[index]!)) last -= 1;
    blocks.push(lines.slice(index, last).join("\n"));
    index = end;
  }
  return blocks;
}

function startsTable(lines: string[], index: number): boolean {
  const next = lines[index + 1];
  return (
    lines[index]!.includes("|") &&
    next !== undefined &&
    next.includes("-") &&
    match(delimiterRow, next) !== null &&
    cells(next).length === cells(lines[index]!).length
  );
}

function interruptsParagraph(lines: string[], index: number): boolean {
  const line = lines[index]!;
  if (blank.test(line) || heading.test(line) || match(fence, line) || match(rule, line)) return true;
  if (quote.test(line)) return true;
  const item = marker.exec(line);
  // A number in running text starts a list only when it is 1, as in “in 1. place”.
  return !!item && !!item[4] && (!/\d/.test(item[2]!) || /^1[.)]/.test(item[2]!));
}

/** Returns the end of the block that begins at `start`. */
function blockEnd(lines: string[], start: number): number {
  const first = lines[start]!;
  const opening = match(fence, first);
  if (opening) {
    const close = new RegExp(`^ {0,3}\\${opening[1]![0]}{${opening[1]!.length},}[ \\t]*$`);
    for (let index = start + 1; index < lines.length; index += 1) {
      if (close.test(lines[index]!)) return index + 1;
    }
    return lines.length;
  }
  if (heading.test(first) || match(rule, first)) return start + 1;
  if (quote.test(first)) {
    let index = start + 1;
    while (
      index < lines.length &&
      (quote.test(lines[index]!) || !interruptsParagraph(lines, index))
    ) {
      index += 1;
    }
    return index;
  }
  const item = marker.exec(first);
  if (item) return listEnd(lines, start, item);
  if (startsTable(lines, start)) {
    let index = start + 2;
    while (index < lines.length && !interruptsParagraph(lines, index)) index += 1;
    return index;
  }
  let index = start + 1;
  while (
    index < lines.length &&
    !interruptsParagraph(lines, index) &&
    !startsTable(lines, index)
  ) {
    index += 1;
  }
  return index;
}

function listKind(mark: string): string {
  return /\d/.test(mark) ? mark[mark.length - 1]! : mark;
}

/** Returns the end of a list: it continues with items of its kind and lines indented below one. */
function listEnd(lines: string[], start: number, first: RegExpExecArray): number {
  const kind = listKind(first[2]!);
  let index = start + 1;
  let afterBlank = false;
  while (index < lines.length) {
    const line = lines[index]!;
    if (blank.test(line)) {
      afterBlank = true;
      index += 1;
      continue;
    }
    const item = marker.exec(line);
    const isOwnItem = !!item && listKind(item[2]!) === kind && !match(rule, line);
    const isInside = indentOf(line) >= 2;
    const isContinued = !afterBlank && !interruptsParagraph(lines, index);
    if (!isOwnItem && !isInside && !isContinued) break;
    afterBlank = false;
    index += 1;
  }
  return index;
}

/** Parses one block; `isOpen` says that more of it may follow. */
export function parseBlock(source: string, isOpen = false, depth = 0): Block[] {
  const lines = source.split("\n");
  const first = lines[0]!;

  const opening = match(fence, first);
  if (opening) {
    const close = new RegExp(`^ {0,3}\\${opening[1]![0]}{${opening[1]!.length},}[ \\t]*$`);
    const last = lines.length > 1 && close.test(lines[lines.length - 1]!);
    return [
      {
        kind: "code",
        language: opening[2]!.trim().split(/\s/)[0]!.slice(0, 30),
        text: lines.slice(1, last ? -1 : undefined).join("\n"),
        isOpen: !last,
      },
    ];
  }
  const title = heading.exec(first);
  if (title) {
    return [
      { kind: "heading", level: title[1]!.length, children: parseInline(titleOf(title[2]), isOpen) },
    ];
  }
  if (match(rule, first)) return [{ kind: "rule" }];
  if (depth < limits.nesting) {
    if (quote.test(first)) {
      const inner = lines.map((line) => line.replace(quote, "")).join("\n");
      return [{ kind: "quote", children: parseBlocks(inner, isOpen, depth + 1) }];
    }
    if (marker.test(first)) return [parseList(lines, isOpen, depth)];
  }
  if (startsTable(lines, 0)) return [parseTable(lines, isOpen)];
  return [{ kind: "paragraph", children: parseInline(lines.map(trimmed).join("\n"), isOpen) }];
}

function trimmed(line: string): string {
  // Two spaces at the end of a line make a line break.
  return line.endsWith("  ") ? line.trim() + "\\" : line.trim();
}

/** Returns a heading's text without closing marks. */
function titleOf(text: string | undefined): string {
  const title = (text ?? "").trim();
  let end = title.length;
  while (end > 0 && title[end - 1] === "#") end -= 1;
  return end === 0 || title[end - 1] === " " ? title.slice(0, end).trimEnd() : title;
}

export function parseBlocks(source: string, isOpen = false, depth = 0): Block[] {
  const parts = splitBlocks(source);
  return parts.flatMap((part, index) =>
    parseBlock(part, isOpen && index === parts.length - 1, depth),
  );
}

function parseList(lines: string[], isOpen: boolean, depth: number): Block {
  const first = marker.exec(lines[0]!)!;
  const kind = listKind(first[2]!);
  const start = /\d/.test(first[2]!) ? Number.parseInt(first[2]!, 10) : null;
  const items: { content: number; lines: string[] }[] = [];
  let isTight = true;
  let afterBlank = false;
  for (const line of lines) {
    const item = marker.exec(line);
    const current = items[items.length - 1];
    const isInside = current !== undefined && indentOf(line) >= Math.min(current.content, 4);
    if (item && listKind(item[2]!) === kind && (!isInside || indentOf(line) < 2)) {
      if (afterBlank) isTight = false;
      const content = item[1]!.length + item[2]!.length + Math.min(item[3]?.length ?? 1, 4);
      items.push({ content, lines: [item[4] ?? ""] });
    } else if (current) {
      if (afterBlank && !blank.test(line)) isTight = false;
      const indent = Math.min(indentOf(line), current.content);
      current.lines.push(line.slice(indent));
    }
    afterBlank = blank.test(line);
  }
  return {
    kind: "list",
    start,
    isTight,
    items: items.map((item, index) => {
      const task = /^\[([ xX])\][ ]+/.exec(item.lines[0]!);
      if (task) item.lines[0] = item.lines[0]!.slice(task[0].length);
      return {
        task: task ? task[1] !== " " : null,
        children: parseBlocks(
          item.lines.join("\n"),
          isOpen && index === items.length - 1,
          depth + 1,
        ),
      };
    }),
  };
}

function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(^|[^\\])\|$/, "$1");
  const found: string[] = [""];
  for (let index = 0; index < inner.length; index += 1) {
    if (inner[index] === "\\" && inner[index + 1] === "|") {
      found[found.length - 1] += "|";
      index += 1;
    } else if (inner[index] === "|") found.push("");
    else found[found.length - 1] += inner[index];
  }
  return found.map((cell) => cell.trim());
}

function parseTable(lines: string[], isOpen: boolean): Block {
  const alignments = cells(lines[1]!)
    .slice(0, limits.columns)
    .map((cell): Alignment => {
      const isRight = cell.endsWith(":");
      if (cell.startsWith(":")) return isRight ? "center" : "left";
      return isRight ? "right" : null;
    });
  const row = (line: string, isLast: boolean) => {
    const found = cells(line);
    return alignments.map((_, column) => parseInline(found[column] ?? "", isLast));
  };
  const rows = lines.slice(2, 2 + limits.rows);
  return {
    kind: "table",
    alignments,
    head: row(lines[0]!, false),
    rows: rows.map((line, index) => row(line, isOpen && index === rows.length - 1)),
  };
}

/** Returns a safe address, otherwise null: this site, http, https or mail. */
export function safeAddress(address: string): { href: string; isForeign: boolean } | null {
  // Browsers ignore control characters and white space in an address's scheme.
  // eslint-disable-next-line no-control-regex
  const href = address.replace(/[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202f\ufeff]/g, "");
  if (href.length > 2_000 || href === "") return null;
  if (/^(?:\/(?![/\\])|#|\?)/.test(href)) return { href, isForeign: false };
  if (/^https?:\/\/[^/\\]/i.test(href)) return { href, isForeign: true };
  if (/^mailto:[^/]/i.test(href)) return { href, isForeign: false };
  return null;
}

const entities: Record<string, string> = {
  amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", hellip: "…", ndash: "–",
  mdash: "—",
};
const punctuation = /[!-/:-@[-`{-~]/;
const word = /[\p{L}\p{N}]/u;

/** Parses running text; with `isOpen`, unclosed marks count as closed at the end. */
export function parseInline(source: string, isOpen = false): Inline[] {
  const text = source.length > limits.inline ? source.slice(0, limits.inline) : source;
  const parsed = new InlineReader(text, isOpen).read(0, text.length, 0);
  if (text.length < source.length) parsed.push(source.slice(limits.inline));
  return parsed;
}

class InlineReader {
  /** Marks without a further occurrence, which need not be searched for again. */
  private readonly missing = new Set<string>();
  private readonly text: string;
  private readonly isOpen: boolean;

  constructor(text: string, isOpen: boolean) {
    this.text = text;
    this.isOpen = isOpen;
  }

  read(start: number, end: number, depth: number): Inline[] {
    const found: Inline[] = [];
    let plain = "";
    const push = (node: Inline) => {
      if (plain) found.push(plain);
      plain = "";
      found.push(node);
    };
    let index = start;
    while (index < end) {
      const character = this.text[index]!;
      const step = this.special(character, index, end, depth);
      if (step) {
        if (typeof step.node === "string") plain += step.node;
        else push(step.node);
        index = step.next;
      } else {
        plain += character;
        index += 1;
      }
    }
    if (plain) found.push(plain);
    return found;
  }

  private special(
    character: string,
    index: number,
    end: number,
    depth: number,
  ): { node: Inline; next: number } | null {
    const { text } = this;
    switch (character) {
      case "\\": {
        const next = text[index + 1];
        if (index + 1 >= end) return null;
        if (next === "\n") return { node: { kind: "break" }, next: index + 2 };
        return punctuation.test(next!) ? { node: next!, next: index + 2 } : null;
      }
      case "\n":
        return { node: " ", next: index + 1 };
      case "&": {
        const name = /^&(#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});/i.exec(text.slice(index, index + 12));
        if (!name) return null;
        const value = decode(name[1]!);
        return value ? { node: value, next: index + name[0].length } : null;
      }
      case "`":
        return this.code(index, end);
      case "*":
      case "_":
      case "~":
        return depth < limits.inlineNesting ? this.emphasis(character, index, end, depth) : null;
      case "!":
        return text[index + 1] === "[" && depth < limits.inlineNesting
          ? this.link(index + 1, end, depth)
          : null;
      case "[":
        return depth < limits.inlineNesting ? this.link(index, end, depth) : null;
      case "<": {
        const address = /^<((?:https?:\/\/|mailto:)[^\s<>]{1,1000})>/i.exec(
          text.slice(index, Math.min(end, index + 1_100)),
        );
        return address ? this.address(address[1]!, index + address[0].length) : null;
      }
      case "h":
      case "H": {
        if (index > 0 && word.test(text[index - 1]!)) return null;
        const address = /^https?:\/\/[^\s<>"'`*|\\^{}[\]]{3,1000}/i.exec(
          text.slice(index, Math.min(end, index + 1_100)),
        );
        if (!address) return null;
        let href = address[0].replace(/[.,;:!?…]+$/, "");
        // A closing parenthesis belongs to the sentence, unless the address contains the opening
        // one.
        while (href.endsWith(")") && href.split(")").length > href.split("(").length) {
          href = href.slice(0, -1);
        }
        return this.address(href, index + href.length);
      }
      default:
        return null;
    }
  }

  private address(text: string, next: number): { node: Inline; next: number } | null {
    const safe = safeAddress(text);
    const shown = text.replace(/^mailto:/i, "");
    return safe ? { node: { kind: "link", ...safe, children: [shown] }, next } : null;
  }

  private code(index: number, end: number): { node: Inline; next: number } {
    let length = 1;
    while (index + length < end && this.text[index + length] === "`") length += 1;
    const mark = "`".repeat(length);
    let close = -1;
    if (!this.missing.has(mark)) {
      for (let at = index + length; at < end; ) {
        at = this.text.indexOf("`", at);
        if (at < 0 || at >= end) break;
        let run = 1;
        while (at + run < end && this.text[at + run] === "`") run += 1;
        if (run === length) {
          close = at;
          break;
        }
        at += run;
      }
      if (close < 0 && end === this.text.length) this.missing.add(mark);
    }
    if (close < 0) {
      if (this.isOpen && end === this.text.length && index + length < end) {
        return { node: { kind: "code", text: this.text.slice(index + length, end) }, next: end };
      }
      return { node: mark, next: index + length };
    }
    const inner = this.text.slice(index + length, close).replace(/\n/g, " ");
    const isPadded = /^ .*[^ ].* $/.test(inner);
    return {
      node: { kind: "code", text: isPadded ? inner.slice(1, -1) : inner },
      next: close + length,
    };
  }

  private emphasis(
    character: string,
    index: number,
    end: number,
    depth: number,
  ): { node: Inline; next: number } | null {
    const { text } = this;
    let run = 1;
    while (index + run < end && text[index + run] === character) run += 1;
    const length = character === "~" ? 2 : Math.min(run, 2);
    if (run < length) return null;
    const literal = { node: text.slice(index, index + run), next: index + run };
    if (run > 3 || index + run >= end) {
      // At the end of the text so far, these characters may still become a mark.
      return this.isOpen && index + run === text.length && run <= 3
        ? { node: "", next: index + run }
        : literal;
    }
    const before = text[index - 1] ?? " ";
    const after = text[index + run] ?? " ";
    if (/\s/.test(after) || (character === "_" && word.test(before))) return literal;
    const mark = character.repeat(length);
    const close = this.closing(character, length, index + length, end);
    const kind = character === "~" ? "del" : length === 2 ? "strong" : "em";
    if (close >= 0) {
      return {
        node: { kind, children: this.read(index + length, close, depth + 1) },
        next: close + length,
      };
    }
    if (this.isOpen && end === text.length) {
      // The first half of a closing mark is not shown as text.
      const last = text.endsWith(character) ? end - 1 : end;
      return { node: { kind, children: this.read(index + length, last, depth + 1) }, next: end };
    }
    return { node: mark, next: index + length };
  }

  /** Returns the position of the mark that closes an emphasis; negative when there is none. */
  private closing(character: string, length: number, start: number, end: number): number {
    const key = character.repeat(length) + end;
    if (this.missing.has(key)) return -1;
    const { text } = this;
    let at = start;
    while (at < end) {
      if (text[at] === "\\") {
        at += 2;
        continue;
      }
      if (text[at] === "`") {
        const close = text.indexOf("`", at + 1);
        at = close > 0 && close < end ? close + 1 : at + 1;
        continue;
      }
      if (text[at] !== character) {
        at += 1;
        continue;
      }
      let run = 1;
      while (at + run < end && text[at + run] === character) run += 1;
      const isClosing =
        !/\s/.test(text[at - 1] ?? " ") &&
        (character !== "_" || !word.test(text[at + run] ?? " ")) &&
        at > start;
      if (isClosing && (run === length || run === 3)) {
        // Of three characters, the inner mark comes first.
        return run === 3 ? at + (3 - length) : at;
      }
      at += run;
    }
    this.missing.add(key);
    return -1;
  }

  /** `[text](address "title")`; with an unsafe address only the text is kept. */
  private link(index: number, end: number, depth: number): { node: Inline; next: number } | null {
    const { text } = this;
    const key = "]" + end;
    if (this.missing.has(key)) return null;
    let nesting = 0;
    let close = -1;
    const far = Math.min(end, index + 2_000);
    for (let at = index; at < far; at += 1) {
      if (text[at] === "\\") at += 1;
      else if (text[at] === "[") nesting += 1;
      else if (text[at] === "]" && --nesting === 0) {
        close = at;
        break;
      }
    }
    if (close < 0) {
      if (far === end && !text.slice(index, end).includes("]")) {
        if (this.isOpen && end === text.length) {
          this.missing.add(key);
          return { node: text.slice(index + 1, end), next: end };
        }
        this.missing.add(key);
      }
      return null;
    }
    const rest = text.slice(close + 1, Math.min(end, close + 2_200));
    const target = /^\(\s*<?((?:[^\s()<>]|\([^\s()]*\))*)>?(?:\s+["'(][^"')]*["')])?\s*\)/.exec(rest);
    if (!target) {
      const isUnfinished = this.isOpen && /^\([^)\s]*$/.test(rest) && close + 1 + rest.length === text.length;
      if (!isUnfinished) return null;
      return { node: text.slice(index + 1, close), next: end };
    }
    const children = this.read(index + 1, close, depth + 1).map(withoutLink);
    const next = close + 1 + target[0].length;
    const safe = safeAddress(target[1]!);
    if (!safe) return { node: text.slice(index + 1, close), next };
    return {
      node: { kind: "link", ...safe, children: children.length ? children : [safe.href] },
      next,
    };
  }
}

/** Replaces a link within a link's text with its text. */
function withoutLink(node: Inline): Inline {
  if (typeof node === "string") return node;
  if (node.kind === "link") return { kind: "em", children: node.children.map(withoutLink) };
  if ("children" in node) return { ...node, children: node.children.map(withoutLink) };
  return node;
}

function decode(name: string): string | null {
  if (name[0] !== "#") return Object.hasOwn(entities, name) ? entities[name]! : null;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  const isText = code >= 0x20 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isText && code !== 0x7f ? String.fromCodePoint(code) : null;
}
