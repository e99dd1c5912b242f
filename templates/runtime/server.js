import "./web.js";
import * as React from "react";
import { renderToStaticMarkup, renderToString } from "react-dom/server.browser";
import { SiteContext } from "robbieblocks";
import * as chat from "robbieblocks/chat";
import { finishesInBrowser, isSuspended } from "./boundaries.js";
import { isPristine, lockdown, restore } from "./lockdown.js";
import { isPlaced, marks, placeOf, withMarks } from "./marks.js";
import { allProvided, internals, loaders } from "./provided.js";
import { compileSchema } from "./schema.js";

const { Fragment, createElement } = React;
const freezeClock = globalThis.robbieblocksFreeze;

// What a rendering has read: parts of the site's context, the clock, and values that depend on the
// order in which blocks are rendered (ids and random numbers).
const seen = globalThis.robbieblocksSeen;

// A module's variables last for one rendering, so that a block of one page cannot change the
// next page through them.
function instantiate(factory, use) {
  let view;
  factory(marks() ? loaders.marked : loaders[use], (provided) => {
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

/** Registers a component; `json` is { key, schema, island: { source, hydrate } | null, context, readsPages }. */
export function defineComponent(factory, json) {
  const component = { factory, ...JSON.parse(json), validate: null };
  components.push(component);
}

export function defineLayout(factory, readsPages) {
  layouts.push({ factory, readsPages });
}

export function defineDocument(factory, readsPages) {
  document = { factory, readsPages };
}

function failure(kind, message, error) {
  // A property that code added to all objects would be written, too, or called.
  restore();
  return "\u0001" + JSON.stringify({ kind, message, stack: placeOf(error) });
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
let lastHeadings = { json: "", value: null };

// The blocks of a page are rendered one after the other, with the same text.
function parsePage(json) {
  if (json !== lastPage.json) lastPage = { json, value: deepFreeze(JSON.parse(json)) };
  return lastPage.value;
}

function parseHeadings(json) {
  if (json !== lastHeadings.json) lastHeadings = { json, value: deepFreeze(JSON.parse(json)) };
  return lastHeadings.value;
}

function deepFreeze(value) {
  if (value && typeof value === "object") {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

/** Validates props and sets their defaults; returns a failure, or null. */
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

/** The context that hooks return. Each read is recorded, since a cached fragment depends on it. */
class Context {
  #page;
  #headings;
  /** @param headings as JSON, which is parsed only for a component that reads them. */
  constructor(page, headings) {
    this.#page = page;
    this.#headings = headings;
  }
  get page() {
    seen.page = true;
    return this.#page;
  }
  get node() {
    seen.node = true;
    return site.node;
  }
  get headings() {
    seen.headings = true;
    return parseHeadings(this.#headings);
  }
  get menu() {
    seen.menu = true;
    return site.menu;
  }
  get pages() {
    // After an edit of another page, only pages whose code is known to list pages are rendered again.
    if (!mayReadPages) {
      throw new Error("the list of pages can only be read where usePages is called by its name");
    }
    seen.pages = true;
    return site.pages;
  }
}

let mayReadPages = false;

/** Begins a rendering and clears the state of the one before; returns a failure, or null. */
function begin(clock, readsPages) {
  freezeClock(clock);
  seen.page = seen.headings = seen.node = seen.menu = seen.pages = seen.clock = seen.order = false;
  mayReadPages = readsPages;
  return restore() ? null : failure("spoiled", "Object.prototype has another property", null);
}

function inContext(pageJSON, headingsJSON, tree) {
  const value = new Context(parsePage(pageJSON), headingsJSON);
  return createElement(SiteContext.Provider, { value }, tree);
}

/**
 * Renders one block. A result that begins with U+0001 is a failure as JSON. Any other result begins
 * with a character whose distance from "0" is a set of bits for what the block depends on: 1 its
 * page, 2 the clock, 4 its place, 8 the headings of its page.
 */
export function renderBlock(index, propsJSON, prefix, pageJSON, clock, headingsJSON) {
  const component = components[index];
  let props;
  try {
    props = JSON.parse(propsJSON);
  } catch (error) {
    return failure("props", `props is not JSON: ${error.message}`, null);
  }
  const invalid = begin(clock, component.readsPages) ?? checkProps(component, props);
  if (invalid) return invalid;
  const { island } = component;
  let propsText = "";
  if (island) {
    // Serialized before the component can change it. The server renders the parsed copy, as the
    // browser does, because not every JavaScript value survives JSON.
    propsText = JSON.stringify(props);
    props = JSON.parse(propsText);
  }
  const options = { identifierPrefix: prefix };
  const element = (use) =>
    inContext(pageJSON, headingsJSON, createElement(instantiate(component.factory, use), props));
  const finish = (html) => {
    restore();
    const whole = island
      ? wrapIsland(component, propsText, prefix, parsePage(pageJSON), headingsJSON, html) : html;
    const bits =
      (seen.page ? 1 : 0) + (seen.clock ? 2 : 0) + (seen.order ? 4 : 0) + (seen.headings ? 8 : 0);
    return String.fromCharCode(48 + bits) + whole;
  };
  try {
    if (!island) {
      const tree = element("page");
      return finishing(() => finish(renderToStaticMarkup(tree, options)), clock);
    }
    const html = renderToString(element("island"), options);
    if (html.includes("<!--$!-->")) {
      finishesInBrowser(() => {
        freezeClock(clock);
        renderToStaticMarkup(element("watched"), options);
      });
    }
    return finish(html);
  } catch (error) {
    return explain(error, () =>
      renderBlock(index, propsJSON, prefix, pageJSON, clock, headingsJSON));
  }
}

let unfinished = null;

/** Renders; when the rendering waits for a promise, reports that and leaves it to `resumeBlock`. */
function finishing(render, clock) {
  try {
    return render();
  } catch (error) {
    if (!isSuspended(error)) throw error;
    unfinished = () => {
      freezeClock(clock);
      seen.order = true;
      return finishing(render, clock);
    };
    return failure("suspended", waiting, null);
  }
}

const waiting =
  "it waits for something that does not happen while a page is rendered: import the part instead of " +
  "loading it by lazy(), or set metadata.hydrate to 'load', so that the browser finishes it";

/** Resumes a suspended block after the engine's pending jobs are done. */
export function resumeBlock() {
  try {
    return unfinished();
  } catch (error) {
    return failure("render", describe(error), error);
  }
}

let explainsErrors = false;

/** Returns the failure for an error, with its place in the code if this context reports places. */
function explain(error, again) {
  const message = describe(error);
  const report = failure("render", message, error);
  if (!explainsErrors || marks() || isPlaced(error?.stack)) return report;
  const marked = withMarks(again);
  const isSame = marked.startsWith("\u0001") && JSON.parse(marked.slice(1)).message === message;
  return isSame ? marked : report;
}

/** The element of an island: its props, and the context that it reads here or names in its code. */
function wrapIsland({ key, context, island }, propsText, prefix, page, headingsJSON, html) {
  const all = { page, node: site.node, menu: site.menu, pages: site.pages };
  const shared = {};
  for (const name of ["page", "node", "menu", "pages"]) {
    if (seen[name] || context.includes(name)) shared[name] = all[name];
  }
  if (shared.page) seen.page = true;
  if (context.includes("headings")) seen.headings = true;
  if (seen.headings) shared.headings = parseHeadings(headingsJSON);
  const rest = JSON.stringify({ context: shared, prefix }).slice(1);
  const state = escapeAttribute(`{"props":${propsText},${rest}`);
  return (
    `<rb-island data-component="${escapeAttribute(key)}"` +
    ` data-source="${escapeAttribute(island.source)}"` +
    ` data-hydrate="${island.hydrate}" data-island="${state}">${html}</rb-island>`
  );
}

// The pieces of the page being rendered, each the element of a slot or of a block.
let parts = [];
// Its blocks that must be rendered separately, since their HTML depends on the others.
const apart = new Set();
let isDisturbed = false;
let inside = null;

/**
 * A piece in its zone. Layouts see only its number, so that they cannot detect whether it is
 * rendered with the page.
 */
function Part({ index }) {
  const part = parts[index];
  if (part.index === null) return part.element;
  part.renderings += 1;
  if (!isPristine()) isDisturbed = true;
  seen.order = false;
  inside = part.index;
  mayReadPages = components[part.index].readsPages;
  return createElement(Fragment, null, part.element, end);
}

/** Follows each block. */
function End() {
  if (seen.order) apart.add(inside);
  inside = null;
  mayReadPages = shellReadsPages;
  return null;
}
const end = createElement(End);
let shellReadsPages = false;

/**
 * Renders document and layout. Each zone of `zonesJSON` is a list of slot names, which become empty
 * <rb-slot name="…"> elements, and of [component, props], which are rendered in the same call.
 */
export function renderPage(layout, pageJSON, headJSON, zonesJSON, clock, headingsJSON) {
  shellReadsPages = layouts[layout].readsPages || document.readsPages;
  const spoiled = begin(clock, shellReadsPages);
  if (spoiled) return spoiled;
  parts = [];
  apart.clear();
  isDisturbed = false;
  try {
    const page = parsePage(pageJSON);
    const lists = JSON.parse(zonesJSON);
    const zones = {};
    for (const zone of ["header", "sidebar", "main", "footer", "overlay"]) {
      zones[zone] = null;
      if (!lists[zone]) continue;
      zones[zone] = [];
      for (const part of lists[zone]) {
        const index = parts.length;
        zones[zone].push(createElement(Part, { key: index, index }));
        if (typeof part === "string") {
          parts.push({ index: null, element: createElement("rb-slot", { name: part }) });
          continue;
        }
        const component = components[part[0]];
        const invalid = checkProps(component, part[1]);
        if (invalid) return invalid;
        seen.order = false;
        const element = createElement(instantiate(component.factory, "page"), part[1]);
        if (seen.order) apart.add(part[0]);
        parts.push({ index: part[0], element, renderings: 0 });
      }
    }
    if (!isPristine()) isDisturbed = true;
    const Layout = instantiate(layouts[layout].factory, "page");
    const Document = instantiate(document.factory, "page");
    const shared = { page, node: site.node, menu: site.menu };
    const body = createElement(Layout, { ...shared, zones });
    const shell = createElement(Document, { ...shared, head: JSON.parse(headJSON) }, body);
    const html = "<!DOCTYPE html>" + renderToStaticMarkup(inContext(pageJSON, headingsJSON, shell));
    // A layout can omit a zone, or render it twice: the block must still be valid, and its copies equal.
    for (const { index, renderings } of parts) {
      if (index !== null && renderings !== 1) apart.add(index);
    }
    if (isDisturbed || (!isPristine() && parts.some((part) => part.index !== null))) {
      return failure("apart", "all", null);
    }
    return apart.size > 0 ? failure("apart", [...apart].join(), null) : html;
  } catch (error) {
    return explain(error, () =>
      renderPage(layout, pageJSON, headJSON, zonesJSON, clock, headingsJSON));
  }
}

/** Objects of React and of the chat that components receive while they are rendered. */
function sharedWhileRendering() {
  const found = [new React.Component()];
  class ClassProbe extends React.Component {
    render() {
      found.push(this.updater, this.context, this.refs);
      return null;
    }
  }
  function FunctionProbe(props, legacyContext) {
    const dispatcher = internals.ReactCurrentDispatcher.current;
    const { useId } = dispatcher;
    dispatcher.useId = () => {
      seen.order = true;
      return useId();
    };
    const { conversation, view, connection } = chat.useConversation();
    found.push(dispatcher, legacyContext, React.useTransition()[1]);
    found.push(Object.getPrototypeOf(conversation), view, connection);
    return null;
  }
  renderToString(
    createElement(Fragment, null, createElement(ClassProbe), createElement(FunctionProbe)),
  );
  return found;
}

/**
 * Freezes the engine's own objects, so that a component cannot affect another page through them.
 *
 * @param stackFrames the number of frames in the stacks of errors; see `lockdown`.
 */
export function close(stackFrames) {
  delete globalThis.robbieblocksFreeze;
  delete globalThis.robbieblocksSeen;
  globalThis.robbieblocks = undefined;
  explainsErrors = stackFrames > 0;
  lockdown([allProvided, Part, ...sharedWhileRendering()], stackFrames);
}
