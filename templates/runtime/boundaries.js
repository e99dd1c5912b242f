// What stands for React's Suspense on the server, whose own says nothing of an error inside it.
import { Fragment, createElement } from "react";

/** In what stays as it is rendered: an error or a promise passes through, as without a boundary. */
export function Through({ children }) {
  return children ?? null;
}

// The boundaries of one rendering that are open, the innermost last, and the paths of those that show
// their fallback. A path is the parent's and the index among its boundaries: a running number would be
// another boundary's as soon as one that has boundaries in it shows its fallback.
const open = [];
const closed = new Set();

/** Tells which boundary an error came from; see `finishesInBrowser`. */
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

/** Whether an error says that a part is for the browser alone, rather than that it is broken. */
function isForBrowser(error) {
  if (!(error instanceof Error)) return false;
  if (error.name === "ReferenceError") return browserNames.test(error.message);
  return !mistakes.has(error.name);
}

export const isSuspended = (error) =>
  error instanceof Error &&
  /#426;|^A component suspended while responding to synchronous input/.test(error.message);

/**
 * Whether the browser can finish an island of which a boundary shows its fallback: each waits for
 * something, or threw to say that it needs a browser.
 *
 * @param render renders the island with `Watched` boundaries.
 * @throws the error of a boundary that is broken.
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
