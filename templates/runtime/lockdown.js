// Freezes everything that the code of several pages can reach, once, before any of it runs.
//
// Only Object.prototype stays extensible: freezing it changes its storage in the engine, and because
// it ends every prototype chain, each access beyond an array's end would become slow, which doubles
// the time of a page. Properties added to it are therefore removed again (`restore`).
const {
  defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf, preventExtensions,
} = Object;
const { ownKeys } = Reflect;
const objectPrototype = Object.prototype;

/** Objects that every script can reach although no global name refers to them. */
function anonymousIntrinsics() {
  const segments = new Intl.Segmenter("en").segment("a");
  const strictArguments = (function () {
    return arguments;
  })();
  const values = [
    [].values(), new Map().entries(), new Set().entries(), ""[Symbol.iterator](),
    "a".matchAll(/a/g), function* () {}, (function* () {})(), async function () {},
    async function* () {}, (async function* () {})(), getPrototypeOf(Int8Array),
    getOwnPropertyDescriptor(strictArguments, "callee").get, segments, segments[Symbol.iterator](),
    Promise.resolve(), Proxy.revocable({}, {}).revoke,
  ];
  if (typeof Iterator === "function") {
    values.push(Iterator.from({ next() {} }), Iterator.from([]).map((value) => value));
  }
  return values;
}

// Assignment to a property that an object inherits as read-only fails. Code assigns such names to its
// own objects (`error.name = …`, `Shape.prototype.toString = …`), so in these prototypes they are
// accessors that define the property on the target object. Symbols stay as they are, because the
// engine's fast iteration depends on them.
function assignable() {
  const errors = [
    Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError,
  ];
  const whole = [objectPrototype, ...errors.map((type) => type.prototype), Array.prototype];
  whole.push(Map.prototype, Set.prototype, Promise.prototype);
  const common = ["toString", "valueOf", "toJSON", "constructor"];
  const partly = [Date, RegExp, WeakMap, WeakSet, getPrototypeOf(Int8Array), Boolean, Number, String];
  return [
    ...whole.map((prototype) => [prototype, ownKeys(prototype)]),
    ...partly.map((type) => [type.prototype, common]),
    [Function.prototype, [...common, "bind", "call", "apply"]],
  ];
}

function makeAssignable(prototype, name) {
  const property = getOwnPropertyDescriptor(prototype, name);
  if (typeof name === "symbol" || !property?.configurable || !("value" in property)) return;
  const { value } = property;
  // Methods, since a constructor function would have its own prototype to freeze.
  const { get, set } = {
    get() {
      return value;
    },
    set(other) {
      if (this === prototype) throw new TypeError(`${String(name)} is shared by all pages`);
      defineProperty(this, name, {
        value: other, writable: true, enumerable: true, configurable: true,
      });
    },
  };
  defineProperty(prototype, name, {
    get, set, enumerable: property.enumerable, configurable: false,
  });
}

/**
 * Replaces the constructor Error. The engine's own accepts assignments to its `stackTraceLimit` even
 * when it is frozen.
 *
 * @returns the engine's own constructor, which code must not be able to reach.
 */
function replaceError(stackFrames) {
  const RealError = Error;
  RealError.stackTraceLimit = stackFrames;
  function FixedError(...values) {
    return Reflect.construct(RealError, values, new.target ?? FixedError);
  }
  const properties = {
    name: { value: "Error" },
    length: { value: 1 },
    prototype: { value: RealError.prototype, writable: false },
    stackTraceLimit: { value: stackFrames, writable: true, configurable: true },
    captureStackTrace: { value: { captureStackTrace() {} }.captureStackTrace, writable: true },
  };
  for (const name of ownKeys(properties)) defineProperty(FixedError, name, properties[name]);
  if (RealError.isError) defineProperty(FixedError, "isError", { value: RealError.isError });
  RealError.prototype.constructor = FixedError;
  if (stackFrames === 0) {
    // Without frames the engine gives errors no stack at all, but code expects a string.
    defineProperty(RealError.prototype, "stack", { value: "", writable: true, configurable: true });
  }
  for (const name of ownKeys(globalThis)) {
    const value = globalThis[name];
    if (typeof value === "function" && getPrototypeOf(value) === RealError) {
      Object.setPrototypeOf(value, FixedError);
    }
  }
  globalThis.Error = FixedError;
  return RealError;
}

/** Freezes values and everything reachable from them; returns the frozen objects. */
export function harden(...values) {
  const todo = values;
  const reached = new Set([globalThis]);
  while (todo.length > 0) {
    const value = todo.pop();
    if (value === null || (typeof value !== "object" && typeof value !== "function")) continue;
    if (reached.has(value)) continue;
    reached.add(value);
    todo.push(getPrototypeOf(value));
    for (const name of ownKeys(value)) {
      const property = getOwnPropertyDescriptor(value, name);
      if ("value" in property) todo.push(property.value);
      else todo.push(property.get, property.set);
    }
  }
  reached.delete(globalThis);
  for (const value of reached) {
    if (value !== objectPrototype) freeze(value);
    // The engine lists some properties in another order after an attempt to delete one.
    const [name] = ownKeys(value);
    if (name !== undefined && value !== objectPrototype) Reflect.deleteProperty(value, name);
  }
  return reached;
}

let ownNames = 0;

/**
 * Freezes the engine's own objects and `packages`, which code from rows can import.
 *
 * @param stackFrames the number of frames in an error's stack. With none, code cannot detect whether
 *   it is rendered with its page or separately.
 */
export function lockdown(packages, stackFrames) {
  // These reveal the last page's match, and the caller.
  for (const name of ownKeys(RegExp)) {
    if (!["length", "name", "prototype", "escape", Symbol.species].includes(name)) {
      delete RegExp[name];
    }
  }
  delete Function.prototype.caller;
  delete Function.prototype.arguments;
  const RealError = replaceError(stackFrames);
  const values = [...anonymousIntrinsics(), ...packages];
  for (const [prototype, names] of assignable()) {
    for (const name of names) makeAssignable(prototype, name);
  }
  for (const name of ownKeys(objectPrototype)) {
    defineProperty(objectPrototype, name, { configurable: false });
  }
  const globals = ownKeys(globalThis).map((name) => globalThis[name]);
  const reached = harden(getPrototypeOf(globalThis), ...values, ...globals);
  if (reached.has(RealError)) throw new Error("the engine's own Error can be reached");
  for (const name of ownKeys(globalThis)) {
    const isData = "value" in getOwnPropertyDescriptor(globalThis, name);
    const closed = { configurable: false };
    defineProperty(globalThis, name, isData ? { ...closed, writable: false } : closed);
  }
  preventExtensions(globalThis);
  ownNames = ownKeys(objectPrototype).length;
}

/** Whether Object.prototype is unchanged. */
export function isPristine() {
  return ownKeys(objectPrototype).length === ownNames;
}

/** Removes properties added to Object.prototype; returns whether that succeeded. */
export function restore() {
  const names = ownKeys(objectPrototype);
  return names.slice(ownNames).every((name) => Reflect.deleteProperty(objectPrototype, name));
}
