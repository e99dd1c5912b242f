// What stands for React's Suspense on the server, whose own says nothing of an error inside it.
import { Fragment, createElement } from "react";

/** In what stays as it is rendered: an error or a promise passes through, as without a boundary. */
export function Through({ children }) {
  return children ?? null;
}

// The boundaries of one rendering, by number: those that are open, and those that show their fallback.
let next = 0;
const open = [];
const closed = new Set();

/** Tells which boundary an error came from; see `finishesInBrowser`. */
export function Watched({ children, fallback }) {
  const number = next;
  next += 1;
  if (closed.has(number)) return fallback ?? null;
  open.push(number);
  return createElement(Fragment, null, children, createElement(Close));
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
    next = 0;
    open.length = 0;
    try {
      render();
      return;
    } catch (error) {
      const number = open.at(-1);
      if (isSuspended(error)) return;
      if (number === undefined || !isForBrowser(error)) throw error;
      closed.add(number);
    }
  }
}
