// Checks values against JSON Schema: drafts 4, 6, 7, 2019-09 and 2020-12. A schema is compiled to
// functions once. Defaults are set where the schema that has them applies, including below oneOf and
// anyOf. An alternative is matched against the value without defaults, because a default set by a trial
// could fulfil a requirement of the same trial.
import { SchemaDocument } from "./schema-document.js";
import { keywords, order } from "./schema-keywords.js";
import { Seen } from "./schema-seen.js";

// The maximum nesting of schemas; stops a schema that refers to itself.
const depthLimit = 600;
const faultLimit = 30;

/**
 * Compiles a schema.
 *
 * @returns a function that sets the defaults in a value and returns a list of its errors.
 * @throws when the schema is invalid, or refers to another document.
 */
export function compileSchema(schema) {
  const document = new SchemaDocument(schema);
  const compiled = new Map();
  const check = compile(document.root, document, compiled);
  // Compiles everything now, so that errors in rarely used branches are found too.
  for (const node of document.nodes()) compile(node, document, compiled);
  return (value) => {
    const scope = new Scope(document);
    check(value, scope, null);
    return scope.faults;
  };
}

/** The check of one value: its position, the errors found, and the defaults set. */
class Scope {
  faults = [];
  path = [];
  // Each as object, name and value, in the order of setting.
  defaults = [];
  // Whether missing properties get their defaults.
  fills = true;
  depth = 0;
  // The resources entered so far, for dynamic references.
  resources;

  constructor(document) {
    this.resources = [document.rootResource];
  }

  /** @param value the invalid value, which the message quotes in a short form. */
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
   * Tries a schema, then removes its errors and defaults.
   *
   * @param fills whether to set defaults during the trial.
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

  /** Tries alternatives without their defaults, then with them if none matches. */
  attemptEach(checks, value, seen) {
    const trials = (fills) => checks.map((check) => this.attempt(check, value, seen && new Seen(), fills));
    const found = trials(false);
    return this.fills && !found.some((trial) => trial.passes) ? trials(true) : found;
  }

  /** Applies the alternative of a successful trial with its defaults; returns whether it still passes. */
  choose(trial, value, seen) {
    if (this.fills && !trial.fills) return trial.check(value, this, seen);
    // The trial had defaults already: running it again would double the time with each level.
    for (const [object, name, value] of trial.defaults) this.setDefault(object, name, value);
    if (seen) seen.add(trial.seen);
    return true;
  }
}

const briefLength = 40;

/** Returns a short form of the value. */
function brief(value) {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  // Cut before it is split into characters.
  const characters = [...value.slice(0, 2 * briefLength + 2)];
  const isLong = characters.length > briefLength;
  return JSON.stringify(isLong ? `${characters.slice(0, briefLength).join("")}…` : value);
}

function compile(node, document, compiled) {
  const known = compiled.get(node);
  if (known) return known;
  if (node === true) return () => true;
  if (node === false) return (value, scope) => scope.fail("must be absent");
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
