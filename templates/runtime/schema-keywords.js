// The checks of each JSON Schema keyword.
import { count, expression, fail, list, map, names, number } from "./schema-arguments.js";
import { checkFormat } from "./schema-formats.js";
import { Seen } from "./schema-seen.js";
import { canonical, codePoints, isMultiple, kindOf } from "./schema-values.js";

const ifKind = (kind, test) => (value, scope, seen) => kindOf(value) !== kind || test(value, scope, seen);
const limit = (kind, test, message) => ifKind(kind, (value, scope) => test(value) || scope.fail(message, value));
const types = ["array", "boolean", "integer", "null", "number", "object", "string"];
const isType = (value, type) =>
  type === "integer" ? Number.isInteger(value) : kindOf(value) === type;

function copy(value) {
  return typeof value === "object" && value !== null ? JSON.parse(JSON.stringify(value)) : value;
}

function setDefault(object, name, value, scope) {
  if (scope.fills) scope.setDefault(object, name, copy(value));
}

const hasDefault = (schema) => kindOf(schema) === "object" && Object.hasOwn(schema, "default");

function itemsFrom(start, check) {
  return ifKind("array", (value, scope, seen) => {
    let passes = true;
    for (let index = start; index < value.length; index++) {
      if (!scope.at(index, check, value[index])) passes = false;
      seen?.indexes.add(index);
    }
    return passes;
  });
}

function tuple(parts, { sub }) {
  const checks = parts.map(sub);
  return ifKind("array", (value, scope, seen) => {
    let passes = true;
    for (let index = 0; index < checks.length; index++) {
      if (index === value.length && hasDefault(parts[index])) setDefault(value, index, parts[index].default, scope);
      if (index >= value.length) break;
      if (!scope.at(index, checks[index], value[index])) passes = false;
      seen?.indexes.add(index);
    }
    return passes;
  });
}

/** Whether the schema's own `properties` or `patternProperties` apply to `name`. */
function ownNames(node) {
  const listed = new Set(Object.keys(node.properties ?? {}));
  const patterns = Object.keys(node.patternProperties ?? {}).map(expression);
  return (name) => listed.has(name) || patterns.some((pattern) => pattern.test(name));
}

function others(check, isSkipped, describe) {
  return ifKind("object", (value, scope, seen) => {
    let passes = true;
    for (const name of Object.keys(value)) {
      if (isSkipped(name, seen)) continue;
      if (check === null) passes = scope.fail(`must not have the property '${name}'${describe}`);
      else if (!scope.at(name, check, value[name])) passes = false;
      seen?.names.add(name);
    }
    return passes;
  });
}

/** Reports the errors of the best match, which help more than a message that none matches. */
function closest(trials) {
  return trials.map((trial) => trial.faults).reduce((best, faults) => (faults.length < best.length ? faults : best));
}

function dependent(entries, test) {
  return ifKind("object", (value, scope, seen) => {
    let passes = true;
    for (const [name, part] of entries) {
      if (Object.hasOwn(value, name) && !test(part, value, scope, seen, name)) passes = false;
    }
    return passes;
  });
}

function requireNames(required, value, scope, reason = "") {
  let passes = true;
  for (const name of required) {
    if (!Object.hasOwn(value, name)) passes = scope.fail(`must have the property '${name}'${reason}`);
  }
  return passes;
}

/**
 * For each keyword, a function that returns a step of a check from the keyword's value, its schema and its
 * document; no step when the keyword requires nothing. A step is a function of a value, the scope to which
 * errors are added, and the parts that the unevaluated keywords count as evaluated, or null.
 */
export const keywords = {
  $ref: (value, { document, node, sub }) => sub(document.target(value, node)),
  $dynamicRef(value, { document, node, sub }) {
    const { target, anchor } = document.dynamicTarget(value, node);
    if (!anchor) return sub(target);
    return (value, scope, seen) => {
      const outermost = scope.resources.find((resource) => resource.dynamicAnchors.has(anchor));
      return sub(outermost?.dynamicAnchors.get(anchor) ?? target)(value, scope, seen);
    };
  },
  $recursiveRef(value, { document, node, sub }) {
    const target = document.target("#", node);
    if (target.$recursiveAnchor !== true) return sub(target);
    return (value, scope, seen) => {
      // From the inside out, as long as each resource allows an outer one to override it.
      let found = target;
      for (const resource of scope.resources.slice().reverse()) {
        if (resource.root?.$recursiveAnchor !== true) break;
        found = resource.root;
      }
      return sub(found)(value, scope, seen);
    };
  },
  type(value, { node }) {
    const allowed = Array.isArray(value) ? [...value] : [value];
    for (const type of allowed) {
      if (!types.includes(type)) fail(`there is no type ${JSON.stringify(type)}; there are ${types.join(", ")}`);
    }
    if (node.nullable === true) allowed.push("null");
    return (value, scope) =>
      allowed.some((type) => isType(value, type)) || scope.fail(`must be ${allowed.join(" or ")}`, value);
  },
  enum(value) {
    const allowed = new Set(list(value, "enum").map(canonical));
    const words = value.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).join(", ");
    const plain = new Set(value.filter((item) => typeof item !== "object"));
    return (value, scope) =>
      plain.has(value) || allowed.has(canonical(value)) || scope.fail(`must be one of: ${words}`, value);
  },
  const(value) {
    const only = canonical(value);
    return (value, scope) => canonical(value) === only || scope.fail(`must be ${only}`, value);
  },
  multipleOf(divisor) {
    if (!(number(divisor, "multipleOf") > 0)) fail("'multipleOf' must be more than 0");
    return limit("number", (value) => isMultiple(value, divisor), `must be a multiple of ${divisor}`);
  },
  maximum(most, { node, document }) {
    number(most, "maximum");
    if (document.hasBooleanBounds && node.exclusiveMaximum === true) {
      return limit("number", (value) => value < most, `must be less than ${most}`);
    }
    return limit("number", (value) => value <= most, `must be ${most} at most`);
  },
  exclusiveMaximum(most, { document }) {
    if (document.hasBooleanBounds && typeof most === "boolean") return null;
    number(most, "exclusiveMaximum");
    return limit("number", (value) => value < most, `must be less than ${most}`);
  },
  minimum(least, { node, document }) {
    number(least, "minimum");
    if (document.hasBooleanBounds && node.exclusiveMinimum === true) {
      return limit("number", (value) => value > least, `must be more than ${least}`);
    }
    return limit("number", (value) => value >= least, `must be ${least} at least`);
  },
  exclusiveMinimum(least, { document }) {
    if (document.hasBooleanBounds && typeof least === "boolean") return null;
    number(least, "exclusiveMinimum");
    return limit("number", (value) => value > least, `must be more than ${least}`);
  },
  maxLength(most) {
    count(most, "maxLength");
    return limit("string", (value) => codePoints(value) <= most, `must have ${most} characters at most`);
  },
  minLength(least) {
    count(least, "minLength");
    return limit("string", (value) => codePoints(value) >= least, `must have ${least} characters at least`);
  },
  pattern(source) {
    const pattern = expression(typeof source === "string" ? source : fail("'pattern' must be a string"));
    return limit("string", (value) => pattern.test(value), `must match the pattern ${JSON.stringify(source)}`);
  },
  format(name) {
    if (typeof name !== "string") fail("'format' must be a string");
    return limit("string", (value) => checkFormat(name, value), `must be a valid ${name}`);
  },
  prefixItems: (value, compiler) => tuple(list(value, "prefixItems"), compiler),
  items(value, compiler) {
    if (Array.isArray(value)) {
      if (compiler.document.hasPrefixItemsOnly) fail("'items' is a schema in this draft: use 'prefixItems' for a list");
      return tuple(value, compiler);
    }
    const start = Array.isArray(compiler.node.prefixItems) ? compiler.node.prefixItems.length : 0;
    return itemsFrom(start, compiler.sub(value));
  },
  additionalItems(value, { node, sub }) {
    const check = sub(value);
    return Array.isArray(node.items) ? itemsFrom(node.items.length, check) : null;
  },
  contains(value, { node, document, sub }) {
    const check = sub(value);
    const least = node.minContains === undefined ? 1 : count(node.minContains, "minContains");
    const most = node.maxContains === undefined ? Infinity : count(node.maxContains, "maxContains");
    return ifKind("array", (value, scope, seen) => {
      let found = 0;
      value.forEach((item, index) => {
        if (!scope.attempt(check, item, null).passes) return;
        found += 1;
        if (document.containsCounts) seen?.indexes.add(index);
      });
      if (found < least) return scope.fail(`must contain ${least} matching item${least === 1 ? "" : "s"} at least`);
      return found <= most || scope.fail(`must contain ${most} matching item${most === 1 ? "" : "s"} at most`);
    });
  },
  maxItems(most) {
    count(most, "maxItems");
    return limit("array", (value) => value.length <= most, `must have ${most} items at most`);
  },
  minItems(least) {
    count(least, "minItems");
    return limit("array", (value) => value.length >= least, `must have ${least} items at least`);
  },
  uniqueItems(value) {
    if (typeof value !== "boolean") fail("'uniqueItems' must be true or false");
    const test = (list) => new Set(list.map(canonical)).size === list.length;
    return value ? limit("array", test, "must not have the same item twice") : null;
  },
  properties(value, { sub }) {
    const parts = map(value, "properties").map(([name, part]) => [name, sub(part), part]);
    return ifKind("object", (value, scope, seen) => {
      for (const [name, , part] of parts) {
        if (hasDefault(part) && !Object.hasOwn(value, name)) setDefault(value, name, part.default, scope);
      }
      let passes = true;
      for (const [name, check] of parts) {
        if (!Object.hasOwn(value, name)) continue;
        if (!scope.at(name, check, value[name])) passes = false;
        seen?.names.add(name);
      }
      return passes;
    });
  },
  patternProperties(value, { sub }) {
    const parts = map(value, "patternProperties").map(([source, part]) => [expression(source), sub(part)]);
    return ifKind("object", (value, scope, seen) => {
      let passes = true;
      for (const name of Object.keys(value)) {
        for (const [pattern, check] of parts) {
          if (!pattern.test(name)) continue;
          if (!scope.at(name, check, value[name])) passes = false;
          seen?.names.add(name);
        }
      }
      return passes;
    });
  },
  additionalProperties(value, { node, sub }) {
    const check = sub(value);
    return others(value === false ? null : check, ownNames(node), ": the schema does not list it");
  },
  propertyNames(value, { sub }) {
    const check = sub(value);
    return ifKind("object", (value, scope) => {
      let passes = true;
      for (const name of Object.keys(value)) {
        const { passes: fits } = scope.attempt(check, name, null);
        if (!fits) passes = scope.fail(`must not have a property of the name '${name}'`);
      }
      return passes;
    });
  },
  required(value) {
    const required = names(value, "required");
    return ifKind("object", (value, scope) => requireNames(required, value, scope));
  },
  maxProperties(most) {
    count(most, "maxProperties");
    return limit("object", (value) => Object.keys(value).length <= most, `must have ${most} properties at most`);
  },
  minProperties(least) {
    count(least, "minProperties");
    return limit("object", (value) => Object.keys(value).length >= least, `must have ${least} properties at least`);
  },
  dependentRequired(value) {
    const entries = map(value, "dependentRequired").map(([name, part]) => [name, names(part, "dependentRequired")]);
    return dependent(entries, (part, value, scope, seen, name) =>
      requireNames(part, value, scope, `, since it has '${name}'`),
    );
  },
  dependentSchemas(value, { sub }) {
    const entries = map(value, "dependentSchemas").map(([name, part]) => [name, sub(part)]);
    return dependent(entries, (check, value, scope, seen) => check(value, scope, seen));
  },
  dependencies(value, { sub }) {
    const entries = map(value, "dependencies").map(([name, part]) => {
      if (!Array.isArray(part)) return [name, sub(part)];
      const required = names(part, "dependencies");
      return [name, (value, scope) => requireNames(required, value, scope, `, since it has '${name}'`)];
    });
    return dependent(entries, (check, value, scope, seen) => check(value, scope, seen));
  },
  allOf(value, { sub }) {
    const checks = list(value, "allOf").map(sub);
    return (value, scope, seen) => {
      let passes = true;
      for (const check of checks) if (!check(value, scope, seen)) passes = false;
      return passes;
    };
  },
  anyOf(value, { sub }) {
    const checks = list(value, "anyOf").map(sub);
    return (value, scope, seen) => {
      const trials = scope.attemptEach(checks, value, seen);
      const fitting = trials.filter((trial) => trial.passes);
      if (seen) for (const trial of fitting) seen.add(trial.seen);
      if (fitting.length > 0) return scope.choose(fitting[0], value, seen);
      scope.faults.push(...closest(trials));
      return scope.fail("must match one of the schemas in anyOf");
    };
  },
  oneOf(value, { sub }) {
    const checks = list(value, "oneOf").map(sub);
    return (value, scope, seen) => {
      const trials = scope.attemptEach(checks, value, seen);
      const fitting = trials.filter((trial) => trial.passes);
      if (fitting.length === 1) return scope.choose(fitting[0], value, seen);
      if (fitting.length === 0) scope.faults.push(...closest(trials));
      return scope.fail(`must match exactly one of the schemas in oneOf, and matches ${fitting.length}`);
    };
  },
  not(value, { sub }) {
    const check = sub(value);
    return (value, scope) =>
      !scope.attempt(check, value, null).passes || scope.fail("must not match the schema in not");
  },
  if(value, { node, sub }) {
    const check = sub(value);
    const [yes, no] = [node.then, node.else].map((part) => (part === undefined ? null : sub(part)));
    return (value, scope, seen) => {
      const branch = seen && new Seen();
      const { passes } = scope.attempt(check, value, branch);
      if (passes && seen) seen.add(branch);
      const next = passes ? yes : no;
      return next ? next(value, scope, seen) : true;
    };
  },
  unevaluatedItems(value, { sub }) {
    const check = sub(value);
    return ifKind("array", (value, scope, seen) => {
      let passes = true;
      value.forEach((item, index) => {
        if (seen.indexes.has(index)) return;
        if (!scope.at(index, check, item)) passes = false;
        seen.indexes.add(index);
      });
      return passes;
    });
  },
  unevaluatedProperties(value, { sub }) {
    const check = sub(value);
    return others(value === false ? null : check, (name, seen) => seen.names.has(name), ": no schema lists it");
  },
};

// The unevaluated keywords come last, since they depend on all others of their schema.
export const order = Object.keys(keywords);
