// Keeps a previewed page up to date. The development server adds this script; it is never published.
import { Overlay } from "./overlay.js";
import { Styles } from "./styles.js";

const script = new URL(import.meta.url);
const isMissing = script.searchParams.has("missing");
// The release that the page shows; null while nothing is published.
let release = script.searchParams.has("release") ? Number(script.searchParams.get("release")) : null;

const overlay = new Overlay();
const styles = new Styles(script);
const scrollKey = "robbieblocks-scroll";
let isLeaving = false;

/** The files below the site's root that the page is, or would be, served from. */
function ownFiles() {
  const path = styles.file(location.pathname);
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  return isMissing ? [file, `${path}/index.html`, "404.html"] : [file];
}

/** Whether an error affects the page shown; an error without files affects every page. */
function isOfThisPage({ files }) {
  return files === undefined || ownFiles().some((file) => files.includes(file));
}

function usesScript(files) {
  const sources = [
    ...[...document.querySelectorAll("script[src]")].map((element) => element.src),
    ...[...document.querySelectorAll("link[rel=modulepreload]")].map((link) => link.href),
    ...performance.getEntriesByType("resource").map((entry) => entry.name),
  ];
  return sources.some((address) => {
    const { origin, pathname } = new URL(address, location.href);
    return (
      origin === location.origin && /\.m?js$/.test(pathname) && files.has(styles.file(pathname))
    );
  });
}

function reload() {
  if (isLeaving) return;
  isLeaving = true;
  const place = { href: location.href, left: scrollX, top: scrollY };
  overlay.store(scrollKey, JSON.stringify(place));
  location.reload();
}

/** Restores the scroll position; a browser does so too, but only if the page is long enough by then. */
function restoreScroll() {
  const place = JSON.parse(overlay.take(scrollKey) ?? "null");
  if (place?.href !== location.href) return;
  scrollTo({ left: place.left, top: place.top, behavior: "instant" });
}

async function show(news) {
  const changed = news.changed ?? null;
  if (isLeaving || (news.release ?? null) === null) return;
  if (release === null || changed === null) {
    if (news.release !== release) reload();
    return;
  }
  release = news.release;
  const files = new Set(changed);
  if (files.size === 0) return;
  if (usesScript(files)) return reload();
  const isOwn = ownFiles().some((file) => files.has(file));
  const isShown = isOwn ? await styles.followPage(files) : await styles.refresh(files);
  if (!isShown) reload();
}

let source = null;
let retry = 0;
// In order, since each event contains only the changes since the one before.
let work = Promise.resolve();

function listen(name, react) {
  source.addEventListener(name, (event) => {
    work = work.then(() => react(JSON.parse(event.data))).catch(console.error);
  });
}

function connect() {
  disconnect();
  const address = new URL("events", script);
  if (release !== null) address.searchParams.set("release", release);
  source = new EventSource(address);
  source.addEventListener("open", () => overlay.setConnected(true));
  source.addEventListener("error", () => {
    overlay.setConnected(false);
    // A browser stops reconnecting after a response that is not an event stream, for example from
    // another server on this port.
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, 2000);
  });
  listen("release", show);
  listen("faults", (news) => overlay.setFaults(news, isOfThisPage));
  listen("database", (news) => overlay.setDatabase(news.lost ?? null));
}

function disconnect() {
  clearTimeout(retry);
  source?.close();
  source = null;
}

// A browser opens at most six connections to a host for all its windows. A hidden page needs none;
// it catches up when it becomes visible.
function follow() {
  if (document.visibilityState === "hidden") disconnect();
  else if (!source) connect();
}
document.addEventListener("visibilitychange", follow);
addEventListener("pagehide", disconnect);
addEventListener("pageshow", follow);
addEventListener("load", restoreScroll);
if (document.readyState === "complete") restoreScroll();
follow();
