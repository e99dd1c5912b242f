// Checks values against JSON Schema: drafts 4, 6, 7, 2019-09 and 2020-12. A schema becomes
// functions once; `default` is filled in where the schema that has it applies, below oneOf and anyOf too.
// Whether an alternative fits is decided by the value as it is: a default that a trial set could meet
// what the same trial requires.
import { SchemaDocument } from "./schema-document.js";
import { keywords, order } from "./schema-keywords.js";
import { Seen } from "./schema-seen.js";

// How deep schemas may be applied within each other: one that refers to itself ends here.
const depthLimit = 600;
const faultLimit = 30;

/**
 * Turns a schema into a check.
 *
 * @returns a function of a value, which gets its defaults: it returns a list of what is wrong.
 * @throws when the schema is not one, or refers to another document.
 */
export function compileSchema(schema) {
  const document = new SchemaDocument(schema);
  const compiled = new Map();
  const check = compile(document.root, document, compiled);
  // All of it is looked at now, so that a fault in a branch that is seldom taken is found too.
  for (const node of document.nodes()) compile(node, document, compiled);
  return (value) => {
    const scope = new Scope(document);
    check(value, scope, null);
    return scope.faults;
  };
}

/** One check of one value: where it is, what it found, and which defaults it set. */
class Scope {
  faults = [];
  path = [];
  // Each as the object, the name and the value, in the order in which they were set.
  defaults = [];
  // Whether missing properties get their defaults.
  fills = true;
  depth = 0;
  // The resources that were entered, for references that depend on them.
  resources;

  constructor(document) {
    this.resources = [document.rootResource];
  }

  /** @param value what is there, when the message is about it; a short form is told. */
  fail(message, value) {
    if (this.faults.length >= faultLimit) return false;
    if (value !== undefined) message += ` (it is ${brief(value)})`;
    const place = this.path.map((step) =>
      typeof step === "number" ? `[${step}]` : /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    );
    this.faults.push(`props${place.join("")} ${message}`);
    return false;
  }

  /** Checks a part of the value. */
  at(step, check, value) {
    this.path.push(step);
    const result = check(value, this, null);
    this.path.pop();
    return result;
  }

  setDefault(object, name, value) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
    this.defaults.push([object, name, value]);
  }

  /**
   * Tries a schema: afterwards its faults are gone, and its defaults too.
   *
   * @param fills whether it sets defaults meanwhile.
   */
  attempt(check, value, seen, fills = false) {
    const before = { faults: this.faults.length, defaults: this.defaults.length, fills: this.fills };
    this.fills = fills;
    const passes = check(value, this, seen);
    this.fills = before.fills;
    const faults = this.faults.splice(before.faults);
    const defaults = this.defaults.splice(before.defaults);
    for (const [object, name] of defaults.slice().reverse()) {
      if (Array.isArray(object)) object.length = name;
      else delete object[name];
    }
    return { check, passes, faults, seen, fills, defaults };
  }

  /** Tries alternatives: as the value is, and with their defaults when none fits so. */
  attemptEach(checks, value, seen) {
    const trials = (fills) => checks.map((check) => this.attempt(check, value, seen && new Seen(), fills));
    const found = trials(false);
    return this.fills && !found.some((trial) => trial.passes) ? trials(true) : found;
  }

  /** Applies the alternative of a trial that passed, with its defaults; returns whether it passes still. */
  choose(trial, value, seen) {
    if (this.fills && !trial.fills) return trial.check(value, this, seen);
    // It ran as it is to apply: to run it again at each level would double the time with each.
    for (const [object, name, value] of trial.defaults) this.setDefault(object, name, value);
    if (seen) seen.add(trial.seen);
    return true;
  }
}

const briefLength = 40;

/** The value in a few characters. */
function brief(value) {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  // A longer text is cut before it is taken apart.
  const characters = [...value.slice(0, 2 * briefLength + 2)];
  const isLong = characters.length > briefLength;
  return JSON.stringify(isLong ? `${characters.slice(0, briefLength).join("")}…` : value);
}

function compile(node, document, compiled) {
  const known = compiled.get(node);
  if (known) return known;
  if (node === true) return () => true;
  if (node === false) return (value, scope) => scope.fail("must not be there");
  const steps = [];
  const resource = document.resourceOf(node);
  const tracks = Object.hasOwn(node, "unevaluatedProperties") || Object.hasOwn(node, "unevaluatedItems");
  const check = (value, scope, outer) => {
    if (scope.depth >= depthLimit) {
      throw new Error("the schema refers to itself without end, or the value is nested too deeply");
    }
    scope.depth += 1;
    if (document.isDynamic) scope.resources.push(resource);
    const seen = document.tracks ? (tracks || !outer ? new Seen() : outer) : null;
    let passes = true;
    for (const step of steps) if (!step(value, scope, seen)) passes = false;
    if (document.isDynamic) scope.resources.pop();
    scope.depth -= 1;
    if (seen && outer && seen !== outer) outer.add(seen);
    return passes;
  };
  compiled.set(node, check);
  const compiler = { node, document, sub: (part) => compile(part, document, compiled) };
  const isReference = document.isLegacy && Object.hasOwn(node, "$ref");
  try {
    for (const name of isReference ? ["$ref"] : order) {
      if (!Object.hasOwn(node, name)) continue;
      const step = keywords[name](node[name], compiler);
      if (step) steps.push(step);
    }
  } catch (error) {
    throw document.placed(error, node);
  }
  return check;
}
