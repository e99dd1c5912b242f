// Replaces React's Suspense on the server, which hides errors inside it.
import { Fragment, createElement } from "react";

/** For components without hydration: errors and promises pass through, as without a boundary. */
export function Through({ children }) {
  return children ?? null;
}

// The open boundaries of one rendering, innermost last, and the paths of those that show their
// fallback. A path is the parent's path and the index among the parent's boundaries, because running
// numbers would shift as soon as a boundary that contains others shows its fallback.
const open = [];
const closed = new Set();

/** Records which boundary an error came from; see `finishesInBrowser`. */
export function Watched({ children, fallback }) {
  const parent = open.at(-1);
  const path = `${parent.path}/${parent.count}`;
  parent.count += 1;
  const isClosed = closed.has(path);
  open.push({ path: isClosed ? `${path}:fallback` : path, count: 0, isClosed });
  return createElement(Fragment, null, isClosed ? fallback : children, createElement(Close));
}

function Close() {
  open.pop();
  return null;
}

const browserNames =
  /\b(window|document|navigator|location|history|localStorage|sessionStorage|matchMedia|fetch)\b/;
const mistakes = new Set(["EvalError", "RangeError", "SyntaxError", "TypeError", "URIError"]);

/** Whether an error means that a part needs a browser, rather than that it is broken. */
function isForBrowser(error) {
  if (!(error instanceof Error)) return false;
  if (error.name === "ReferenceError") return browserNames.test(error.message);
  return !mistakes.has(error.name);
}

export const isSuspended = (error) =>
  error instanceof Error &&
  /#426;|^A component suspended while responding to synchronous input/.test(error.message);

/**
 * Whether the browser can finish an island with boundaries that show their fallback: each of them
 * waits for a promise, or threw because it needs a browser.
 *
 * @param render renders the island with `Watched` boundaries.
 * @throws the error of a broken boundary.
 */
export function finishesInBrowser(render) {
  closed.clear();
  for (;;) {
    open.splice(0, open.length, { path: "", count: 0, isClosed: true });
    try {
      render();
      return;
    } catch (error) {
      if (isSuspended(error)) return;
      // An error in a fallback is for the boundary around it.
      const boundary = open.findLast(({ isClosed }) => !isClosed);
      if (boundary === undefined || !isForBrowser(error)) throw error;
      closed.add(boundary.path);
    }
  }
}
