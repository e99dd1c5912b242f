import * as React from "react";
import * as jsxRuntime from "react/jsx-runtime";
import { renderToStaticMarkup, renderToString } from "react-dom/server.browser";
import * as robbieblocks from "robbieblocks";
import * as chat from "robbieblocks/chat";
import * as robbie from "robbieblocks/robbie";
import { compileSchema } from "./schema.js";

const { Fragment, createElement } = React;
const { SiteContext } = robbieblocks;

const packages = {
  react: React,
  "react/jsx-runtime": jsxRuntime,
  "react-dom": {
    createPortal() {
      throw new Error("createPortal needs a browser: call it in an effect");
    },
    flushSync: (task) => task(),
  },
  // Its context stays inside: a read through it would not be seen as reading the page.
  robbieblocks: {
    useMenu: robbieblocks.useMenu,
    useNode: robbieblocks.useNode,
    usePage: robbieblocks.usePage,
    usePages: robbieblocks.usePages,
  },
  "robbieblocks/chat": { ...chat },
  "robbieblocks/robbie": { ...robbie },
};
const freezeClock = globalThis.robbieblocksFreeze;

function load(name) {
  if (Object.hasOwn(packages, name)) return packages[name];
  throw new Error(`the package "${name}" is not provided`);
}

// A module's own variables live as long as one rendering: what one page's block leaves in them
// cannot change the next page.
function instantiate(factory) {
  let view;
  factory(load, (provided) => {
    view = provided;
  });
  if (typeof view !== "function" && !view?.$$typeof) {
    throw new Error("the default export is not a component");
  }
  return view;
}

const components = [];
const layouts = [];
let document = null;
let site = { node: null, menu: [], pages: [] };

export function setSite(json) {
  site = deepFreeze(JSON.parse(json));
}

/** Keeps a component; `json` is { key, schema, island: { source, hydrate } | null, context: [names] }. */
export function defineComponent(factory, json) {
  const component = { factory, ...JSON.parse(json), validate: null };
  components.push(component);
}

export function defineLayout(factory) {
  layouts.push(factory);
}

export function defineDocument(factory) {
  document = factory;
}

function failure(kind, message, error) {
  return "\u0001" + JSON.stringify({ kind, message, stack: error?.stack ?? "" });
}

function describe(error) {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  try {
    return `it threw ${typeof error === "object" ? JSON.stringify(error) : String(error)}`;
  } catch {
    return "it threw an object that cannot be shown";
  }
}

let lastPage = { json: "", value: null };

// A page's blocks come one after the other, with the same text.
function parsePage(json) {
  if (json !== lastPage.json) lastPage = { json, value: deepFreeze(JSON.parse(json)) };
  return lastPage.value;
}

function deepFreeze(value) {
  if (value && typeof value === "object") {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

/** Checks props and gives them their defaults; returns a failure, or null. */
function checkProps(component, props) {
  if (props === null || typeof props !== "object" || Array.isArray(props)) {
    return failure("props", "props is not a JSON object", null);
  }
  const reserved = ["key", "ref"].find((name) => Object.hasOwn(props, name));
  if (reserved) {
    return failure("props", `React keeps the name '${reserved}' for itself: no component sees it`, null);
  }
  if (!component.schema) return null;
  try {
    component.validate ??= compileSchema(component.schema);
    const faults = component.validate(props);
    return faults.length === 0 ? null : failure("props", faults.join("; "), null);
  } catch (error) {
    return failure("schema", error.message, null);
  }
}

function escapeAttribute(text) {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** Renders one block; a result that begins with U+0001 is a failure as JSON. */
export function renderBlock(index, propsJSON, prefix, pageJSON, clock) {
  const component = components[index];
  let props;
  try {
    props = JSON.parse(propsJSON);
  } catch (error) {
    return failure("props", `props is not JSON: ${error.message}`, null);
  }
  const invalid = checkProps(component, props);
  if (invalid) return invalid;
  try {
    freezeClock(clock);
    const context = { page: parsePage(pageJSON), node: site.node, menu: site.menu, pages: site.pages };
    const view = instantiate(component.factory);
    const tree = () =>
      component.island || component.context.length > 0
        ? createElement(SiteContext.Provider, { value: context }, createElement(view, props))
        : createElement(view, props);
    if (!component.island) return renderToStaticMarkup(tree(), { identifierPrefix: prefix });
    const shared = {};
    for (const name of component.context) shared[name] = context[name];
    // What the browser is given is fixed before the component could change it, and is what the
    // server renders too: not every value that JavaScript reads survives being written as JSON.
    const json = JSON.stringify({ props, context: shared, prefix });
    props = JSON.parse(json).props;
    const state = escapeAttribute(json);
    const html = renderToString(tree(), { identifierPrefix: prefix });
    return (
      `<rb-island data-component="${escapeAttribute(component.key)}"` +
      ` data-source="${escapeAttribute(component.island.source)}"` +
      ` data-hydrate="${component.island.hydrate}" data-island="${state}">${html}</rb-island>`
    );
  } catch (error) {
    return failure("render", describe(error), error);
  }
}

/**
 * Renders document and layout. Each zone of `zonesJSON` is a list of slot names, which become empty
 * <rb-slot name="…"> elements, and of [component, props], which are rendered in the same go.
 */
export function renderPage(layout, pageJSON, headJSON, zonesJSON, clock) {
  try {
    freezeClock(clock);
    const page = parsePage(pageJSON);
    const context = { page, node: site.node, menu: site.menu, pages: site.pages };
    const lists = JSON.parse(zonesJSON);
    const zones = {};
    for (const zone of ["header", "sidebar", "main", "footer", "overlay"]) {
      zones[zone] = null;
      if (!lists[zone]) continue;
      const parts = [];
      for (const part of lists[zone]) {
        const key = parts.length;
        if (typeof part === "string") {
          parts.push(createElement("rb-slot", { key, name: part }));
          continue;
        }
        const [index, props] = part;
        const component = components[index];
        const invalid = checkProps(component, props);
        if (invalid) return invalid;
        parts.push(createElement(Fragment, { key }, createElement(instantiate(component.factory), props)));
      }
      zones[zone] = parts;
    }
    const Layout = instantiate(layouts[layout]);
    const Document = instantiate(document);
    const shared = { page, node: site.node, menu: site.menu };
    const body = createElement(Layout, { ...shared, zones });
    const shell = createElement(Document, { ...shared, head: JSON.parse(headJSON) }, body);
    return (
      "<!DOCTYPE html>" +
      renderToStaticMarkup(createElement(SiteContext.Provider, { value: context }, shell))
    );
  } catch (error) {
    return failure("render", describe(error), error);
  }
}

/**
 * Closes the room: what a component does to the engine's own objects cannot reach another page.
 * Sealed prototypes slow every property look-up down, so they are sealed only when some component's
 * code names a way to them.
 */
export function seal(includingPrototypes) {
  const { defineProperty, freeze, getOwnPropertyDescriptor, getOwnPropertyNames, preventExtensions } =
    Object;
  delete globalThis.robbieblocksFreeze;
  globalThis.robbieblocks = undefined;
  for (const provided of Object.values(packages)) {
    for (const value of Object.values(provided)) {
      if (typeof value === "function") {
        freeze(value);
        if (value.prototype) freeze(value.prototype);
      }
    }
    freeze(provided);
  }
  freeze(React.Children);
  for (const name of getOwnPropertyNames(globalThis)) {
    const value = globalThis[name];
    if (typeof value === "function") {
      freeze(value);
      if (includingPrototypes && value.prototype) {
        // Assigning to an inherited property of a frozen prototype would fail for every object.
        if (value === Object || value === Function || value === Error) {
          preventExtensions(value.prototype);
        } else {
          freeze(value.prototype);
        }
      }
    } else if (value !== null && typeof value === "object" && value !== globalThis) {
      freeze(value);
    }
    const property = getOwnPropertyDescriptor(globalThis, name);
    if (property.writable) defineProperty(globalThis, name, { writable: false });
  }
  preventExtensions(globalThis);
}
