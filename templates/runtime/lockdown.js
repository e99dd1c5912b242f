// Makes everything that the code of two pages can reach unchangeable, once, before any of it runs.
//
// Object.prototype alone stays open for new properties: an object that is closed gets another
// storage, and with it as the end of every chain each access beyond an array's end becomes slow,
// which costs half of a page's time. So what was added to it is removed again (`restore`).
const {
  defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf, preventExtensions,
} = Object;
const { ownKeys } = Reflect;
const objectPrototype = Object.prototype;

/** Objects that every script can reach, and that no global name leads to. */
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

// Assigning to a property that an object inherits read-only fails. Code assigns such names to objects
// of its own (`error.name = …`, `Shape.prototype.toString = …`), so in these prototypes they are
// accessors that define the property on the object assigned to. Symbols are left, since the engine's
// fast ways through a list depend on theirs.
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
  // Methods, since a function that is a constructor has a prototype of its own to close.
  const { get, set } = {
    get() {
      return value;
    },
    set(other) {
      if (this === prototype) throw new TypeError(`${String(name)} belongs to all pages`);
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
 * Puts another constructor in the place of Error. The engine's own takes every number that is assigned
 * to its `stackTraceLimit`, frozen or not.
 *
 * @returns the engine's own, which nothing may lead to.
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
    // Without frames the engine gives errors no stack at all, and code takes it for a text.
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

/** Freezes values and all that can be reached from them, which it returns. */
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
    // The engine lists some properties in another order once the deletion of one was tried.
    const [name] = ownKeys(value);
    if (name !== undefined && value !== objectPrototype) Reflect.deleteProperty(value, name);
  }
  return reached;
}

let ownNames = 0;

/**
 * Closes the engine's own objects and `packages`, what code from rows can import.
 *
 * @param stackFrames how many frames an error's stack has. With none, code cannot see whether it is
 *   rendered with its page or by itself.
 */
export function lockdown(packages, stackFrames) {
  // These remember what the last page matched, and who called.
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

/** Whether nothing was added to Object.prototype. */
export function isPristine() {
  return ownKeys(objectPrototype).length === ownNames;
}

/** Removes what was added to Object.prototype; returns whether that went. */
export function restore() {
  const names = ownKeys(objectPrototype);
  return names.slice(ownNames).every((name) => Reflect.deleteProperty(objectPrototype, name));
}
