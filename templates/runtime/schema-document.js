// A schema with everything in it that a reference can name.
import { kindOf } from "./schema-values.js";

const single = [
  "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not",
  "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
];
const lists = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];
const maps = ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];

const drafts = {
  "draft-04": { isLegacy: true, isFourth: true, hasBooleanBounds: true },
  "draft-06": { isLegacy: true },
  "draft-07": { isLegacy: true },
  "2019-09": {},
  "2020-12": { hasPrefixItemsOnly: true, containsCounts: true },
};

/** The draft that `$schema` names; without it, the keywords of all drafts are supported. */
function draftOf(schema) {
  const name = schema?.$schema;
  if (name === undefined) return { containsCounts: true, hasBooleanBounds: true };
  const found = /^https?:\/\/json-schema\.org\/(?:draft\/)?(draft-0[467]|2019-09|2020-12)\/schema#?$/.exec(name);
  if (!found) {
    throw new Error(`$schema is ${JSON.stringify(name)}; the drafts are 04, 06, 07, 2019-09 and 2020-12`);
  }
  return drafts[found[1]];
}

export class SchemaDocument {
  /** Whether keywords beside a reference are ignored. */
  isLegacy;
  hasPrefixItemsOnly;
  /** Whether `id` names a schema. */
  isFourth;
  /** Whether `exclusiveMinimum` and `exclusiveMaximum` may be true or false. */
  hasBooleanBounds;
  /** Whether items that match `contains` count as evaluated. */
  containsCounts;
  /** Whether a reference may have another target depending on how it was reached. */
  isDynamic = false;
  /** Whether any schema depends on what others have evaluated. */
  tracks = false;
  root;
  rootResource;
  #resources = new Map();
  /** Each schema's resource. */
  #places = new Map();
  /** The place of each schema, as names joined by slashes. */
  #pointers = new Map();

  constructor(schema) {
    const draft = draftOf(schema);
    this.isLegacy = draft.isLegacy === true;
    this.hasPrefixItemsOnly = draft.hasPrefixItemsOnly === true;
    this.isFourth = draft.isFourth === true;
    this.hasBooleanBounds = draft.hasBooleanBounds === true;
    this.containsCounts = draft.containsCounts === true;
    this.root = schema;
    this.rootResource = this.#addResource("", schema);
    this.#scan(schema, this.rootResource, "");
  }

  /** All schemas of the document. */
  nodes() {
    return this.#places.keys();
  }

  resourceOf(node) {
    return this.#places.get(node) ?? this.rootResource;
  }

  /** Adds the schema's place to an error that has none yet. */
  placed(error, node) {
    const pointer = this.#pointers.get(node);
    if (error.isPlaced || !pointer) return error;
    return Object.assign(new Error(`${pointer}: ${error.message}`), { isPlaced: true });
  }

  /** Returns the schema that a `$ref` in `node` refers to. */
  target(reference, node) {
    return this.#find(reference, node).target;
  }

  /** @returns also the dynamic anchor, if any, which an outer schema may override. */
  dynamicTarget(reference, node) {
    const { target, fragment, resource } = this.#find(reference, node);
    return { target, anchor: resource.dynamicAnchors.has(fragment) ? fragment : null };
  }

  #addResource(uri, root) {
    const resource = { uri, root, anchors: new Map(), dynamicAnchors: new Map() };
    this.#resources.set(uri, resource);
    return resource;
  }

  #scan(schema, resource, pointer) {
    if (typeof schema === "boolean") return;
    if (kindOf(schema) !== "object") {
      const prefix = pointer ? `${pointer}: ` : "";
      throw new Error(`${prefix}a schema is an object, true or false, and not ${kindOf(schema)}`);
    }
    if (this.#places.has(schema)) return;
    this.#pointers.set(schema, pointer);
    const below = (part, ...steps) => this.#scan(part, own, [pointer, ...steps].filter((step) => step !== "").join("/"));
    const hidden = this.isLegacy && Object.hasOwn(schema, "$ref");
    let own = resource;
    const id = this.isFourth ? schema.id : schema.$id;
    if (typeof id === "string" && !hidden) {
      const [uri, fragment = ""] = resolve(id, resource.uri).split("#");
      if (id.startsWith("#")) own.anchors.set(fragment, schema);
      else own = this.#addResource(uri, schema);
      if (schema === this.root) this.rootResource = own;
    }
    this.#places.set(schema, own);
    if ("$dynamicRef" in schema || "$recursiveRef" in schema) this.isDynamic = true;
    if (typeof schema.$anchor === "string") own.anchors.set(schema.$anchor, schema);
    if (typeof schema.$dynamicAnchor === "string") {
      own.anchors.set(schema.$dynamicAnchor, schema);
      own.dynamicAnchors.set(schema.$dynamicAnchor, schema);
    }
    if (Object.hasOwn(schema, "unevaluatedItems") || Object.hasOwn(schema, "unevaluatedProperties")) this.tracks = true;
    for (const name of single) {
      if (Object.hasOwn(schema, name) && !Array.isArray(schema[name])) below(schema[name], name);
    }
    for (const name of lists) {
      if (!Object.hasOwn(schema, name) || !Array.isArray(schema[name])) continue;
      schema[name].forEach((part, index) => below(part, name, index));
    }
    for (const name of maps) {
      if (!Object.hasOwn(schema, name) || kindOf(schema[name]) !== "object") continue;
      for (const [member, part] of Object.entries(schema[name])) {
        if (!Array.isArray(part)) below(part, name, member);
      }
    }
  }

  #find(reference, node) {
    if (typeof reference !== "string") throw new Error("a reference must be a string");
    const [uri, fragment = ""] = resolve(reference, this.resourceOf(node).uri).split("#");
    const resource = this.#resources.get(uri);
    if (!resource) throw new Error(`'${reference}' is in no part of this schema, and nothing is fetched from elsewhere`);
    const missing = () => new Error(`'${reference}' leads to nothing in this schema`);
    if (fragment !== "" && !fragment.startsWith("/")) {
      const target = resource.anchors.get(decodeURIComponent(fragment));
      if (target === undefined) throw missing();
      return { target, fragment, resource };
    }
    let target = resource.root;
    let place = resource;
    for (const step of fragment.split("/").slice(1)) {
      const name = decodeURIComponent(step).replace(/~1/g, "/").replace(/~0/g, "~");
      if (typeof target !== "object" || target === null || !Object.hasOwn(target, name)) throw missing();
      target = target[name];
      place = this.#places.get(target) ?? place;
    }
    // A value below a keyword that this draft does not know becomes a schema when a reference names it.
    this.#scan(target, place, fragment);
    return { target, fragment, resource };
  }
}

/** Resolves a reference (RFC 3986, section 5.2), for the URIs of schemas. */
export function resolve(reference, base) {
  const parts = (uri) => /^([a-z][a-z0-9+.-]*:)?(\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/isu.exec(uri).slice(1);
  const [scheme, authority, path, query = "", fragment = ""] = parts(reference);
  if (scheme) return reference;
  const [baseScheme = "", baseAuthority = "", basePath, baseQuery = ""] = parts(base);
  if (authority) return baseScheme + reference;
  if (path === "") return baseScheme + baseAuthority + basePath + (query || baseQuery) + fragment;
  const joined = path.startsWith("/") ? path : basePath.replace(/[^/]*$/, "") + path;
  const steps = [];
  for (const step of joined.split("/")) {
    if (step === "..") steps.length > 1 && steps.pop();
    else if (step !== ".") steps.push(step);
  }
  return baseScheme + baseAuthority + steps.join("/") + query + fragment;
}
