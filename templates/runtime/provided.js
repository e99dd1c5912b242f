// The packages that components import, as far as a server can provide them.
import * as React from "react";
import * as jsxRuntime from "react/jsx-runtime";
import * as robbieblocks from "robbieblocks";
import * as chat from "robbieblocks/chat";
import * as robbie from "robbieblocks/robbie";
import { Through, Watched } from "./boundaries.js";
import { harden } from "./lockdown.js";
import { marking } from "./marks.js";

/** Copies only the exports, because React itself reads the modules' own objects. */
function copy({ default: _, ...provided }) {
  return provided;
}

const {
  __SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED: internals, ...published
} = copy(React);
export { internals };

// Components can call those of the chat and reach the parts in their elements, which no other
// reference leads to: each is frozen when its first element is created.
const plain = copy(jsxRuntime);
for (const name of ["jsx", "jsxs"]) {
  jsxRuntime.default[name] = (type, ...rest) => {
    const isShared = typeof type === "function" || (typeof type === "object" && type !== null);
    if (isShared && !Object.isFrozen(type)) harden(type);
    return plain[name](type, ...rest);
  };
}

const newer = (name, instead) => () => {
  throw new Error(`${name}() came with React 19, and this is React ${React.version}: ${instead}`);
};
const react19 = {
  use: newer("use", "read a context by useContext()"),
  useActionState: newer("useActionState", "keep the state by useReducer()"),
  useOptimistic: newer("useOptimistic", "keep the state by useState()"),
  useEffectEvent: newer("useEffectEvent", "keep the function in a ref"),
  cache: newer("cache", "keep the value by useMemo()"),
};
const contextType = Symbol.for("react.context");

/** Rejects newer React features that React 18 would ignore silently or fail on. */
function check(type, props, children) {
  if (typeof type === "function") {
    if (props?.ref != null && !type.prototype?.isReactComponent) {
      const name = type.displayName || type.name || "a component";
      throw new Error(
        `the ref given to ${name} would get lost: React ${React.version} gives function components ` +
          "no ref, so wrap it in forwardRef()",
      );
    }
  } else if (typeof type === "object" && type?.$$typeof === contextType) {
    if (typeof (children ?? props?.children) !== "function") {
      throw new Error(
        `<Context value={…}> came with React 19, and this is React ${React.version}: write ` +
          "<Context.Provider value={…}>",
      );
    }
  }
}

function checked(create) {
  return (type, props, key) => {
    check(type, props);
    return create(type, props, key);
  };
}

function createElement(type, props, ...children) {
  check(type, props, children[0]);
  return published.createElement(type, props, ...children);
}

const jsx = { ...plain, jsx: checked(plain.jsx), jsxs: checked(plain.jsxs) };
const react = { ...react19, ...published, createElement };
const others = {
  "react-dom": {
    createPortal() {
      throw new Error("createPortal needs a browser: call it in an effect");
    },
    flushSync: (task) => task(),
    useFormStatus: newer("useFormStatus", "hand the state down as a prop"),
    useFormState: newer("useFormState", "keep the state by useReducer()"),
  },
  // Its context is not exported: a read through it would not be recorded as reading the page.
  robbieblocks: {
    useHeadings: robbieblocks.useHeadings,
    useMenu: robbieblocks.useMenu,
    useNode: robbieblocks.useNode,
    usePage: robbieblocks.usePage,
    usePages: robbieblocks.usePages,
  },
  "robbieblocks/chat": copy(chat),
  "robbieblocks/robbie": copy(robbie),
};

function packages(Suspense, wrap = (create) => create) {
  const runtime = { ...jsx, jsx: wrap(jsx.jsx), jsxs: wrap(jsx.jsxs) };
  const elements = wrap(createElement);
  return {
    ...others, "react/jsx-runtime": runtime, react: { ...react, createElement: elements, Suspense },
  };
}

function loader(provided) {
  return (name) => {
    if (Object.hasOwn(provided, name)) return provided[name];
    throw new Error(`the package "${name}" is not provided`);
  };
}

const sets = {
  // A rendered page does not change, so updates are not needed.
  page: packages(Through),
  island: packages(React.Suspense),
  watched: packages(Watched),
  marked: packages(Through, marking),
};

/** Returns the `require` of a module, depending on how it is rendered. */
export const loaders = Object.fromEntries(
  Object.entries(sets).map(([name, provided]) => [name, loader(provided)]),
);
export const allProvided = [sets, loaders];
