function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function count(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function countOf(faults) {
  const errors = faults.filter((fault) => fault.severity === "error").length;
  const words = [];
  if (errors) words.push(count(errors, "error"));
  if (faults.length > errors) words.push(count(faults.length - errors, "warning"));
  return words.join(", ");
}

const dismissedKey = "robbieblocks-dismissed";

/**
 * Shows the errors above the page: in a dialog on a page that does not show its current rows, as a badge
 * with their number on every other page, which opens the list. A note says when the server or the
 * database cannot be reached.
 *
 * It is in a shadow root, so that its styles and the page's do not affect each other. Messages quote rows
 * of the database, so they are inserted as text only.
 */
export class Overlay {
  #host = document.createElement("robbieblocks-preview");
  #title = element("h2", { id: "title" });
  #lead = element("p", { className: "lead" });
  #own = element("ol", { className: "faults" });
  #others = element("ol", { className: "faults" });
  #summary = element("summary");
  #rest = element("p", { className: "rest", hidden: true });
  #elsewhere;
  #dialog;
  #badge = element("button", { className: "badge", type: "button", hidden: true });
  #note = element("p", { className: "note", hidden: true });
  #lostServer = 0;
  #isServerLost = false;
  #lostDatabase = null;
  #shown = "[]";

  constructor() {
    const root = this.#host.attachShadow({ mode: "open" });
    const close = element(
      "button",
      { type: "button", className: "close" },
      "Close",
      element("kbd", { textContent: "Esc" }),
    );
    this.#elsewhere = element("details", { hidden: true }, this.#summary, this.#others);
    this.#dialog = element(
      "dialog",
      {},
      element("header", {}, this.#title, close),
      element("div", { className: "body" }, this.#lead, this.#own, this.#elsewhere, this.#rest),
    );
    this.#dialog.setAttribute("aria-labelledby", "title");
    this.#badge.setAttribute("aria-haspopup", "dialog");
    // A live region must exist before its content changes.
    const status = element("div", { className: "status", role: "status" }, this.#note);
    const href = new URL("overlay.css", import.meta.url).pathname;
    root.append(element("link", { rel: "stylesheet", href }), this.#dialog, this.#badge, status);
    close.addEventListener("click", () => this.#dismiss());
    // Escape, or another way to cancel a dialog.
    this.#dialog.addEventListener("cancel", () => this.#dismiss());
    this.#badge.addEventListener("click", () => this.#open());
    document.documentElement.append(this.#host);
  }

  /**
   * Sets the current errors and warnings; `faults` may contain only some of them.
   *
   * @param {(fault: object) => boolean} concerns whether an error affects the page shown.
   */
  setFaults({ faults, errors, warnings }, concerns = () => true) {
    const own = faults.filter(concerns);
    const others = faults.filter((fault) => !own.includes(fault));
    const more = errors + warnings - faults.length;
    const ownErrors = own.filter((fault) => fault.severity === "error");
    // A dismissed error stays dismissed while the lines around it are edited.
    this.#shown = JSON.stringify(ownErrors.map(({ excerpt, pages, pageCount, ...fault }) => fault));
    this.#own.replaceChildren(...own.map((fault) => this.#item(fault)));
    this.#own.hidden = own.length === 0;
    this.#others.replaceChildren(...others.map((fault) => this.#item(fault)));
    this.#elsewhere.hidden = others.length === 0;
    this.#elsewhere.open = own.length === 0;
    this.#rest.hidden = more === 0;
    this.#rest.textContent = `and ${more} more`;

    const words = [];
    if (errors) words.push(count(errors, "error"));
    if (warnings) words.push(count(warnings, "warning"));
    this.#badge.textContent = words.join(", ");
    this.#summary.textContent = `${countOf(others)} elsewhere on the site`;
    this.#title.textContent =
      own.length === 0 ? words.join(", ") : `${countOf(own)} on this page`;
    this.#lead.textContent =
      own.length === 0
        ? "This page is up to date."
        : "The page below is its last good version. This message disappears when the error is fixed.";
    if (own.length > 0 && ownErrors.length === 0) this.#lead.textContent = "";
    this.#lead.hidden = this.#lead.textContent === "";
    this.#dialog.classList.toggle("warning", errors === 0);
    this.#badge.classList.toggle("warning", errors === 0);
    this.#badge.hidden = faults.length === 0;

    if (ownErrors.length === 0) this.store(dismissedKey, "");
    const isOpenedByHand = this.#dialog.open && ownErrors.length === 0 && faults.length > 0;
    if (ownErrors.length > 0 && this.read(dismissedKey) !== this.#shown) this.#open();
    else if (!isOpenedByHand) this.#close();
  }

  /** Sets whether the development server answers; a short interruption, as on navigation, is not shown. */
  setConnected(isConnected) {
    if (isConnected) {
      clearTimeout(this.#lostServer);
      this.#lostServer = 0;
      this.#isServerLost = false;
      this.#setNote();
    } else if (!this.#lostServer) {
      this.#lostServer = setTimeout(() => {
        this.#isServerLost = true;
        this.#setNote();
      }, 1000);
    }
  }

  /** @param {string | null} reason why the database cannot be reached; null when it can. */
  setDatabase(reason) {
    this.#lostDatabase = reason;
    this.#setNote();
  }

  #setNote() {
    let text = "";
    if (this.#isServerLost) text = "The preview server does not answer; trying again.";
    else if (this.#lostDatabase !== null) text = `No connection to the database: ${this.#lostDatabase}`;
    this.#note.textContent = text;
    this.#note.hidden = text === "";
  }

  #item({ severity, code, message, location = {}, hint, excerpt, pages = [], pageCount = 0 }) {
    const item = element("li", { className: severity });
    item.append(
      element("p", { className: "code" }, element("b", { textContent: severity }), ` ${code}`),
      element("p", { className: "message", textContent: message }),
    );
    const places = ["node", "page", "block", "frame", "component", "token"]
      .filter((name) => location[name] !== undefined)
      .map((name) => [name, String(location[name])]);
    const position = [location.line, location.column].filter((part) => part !== undefined).join(":");
    const field = [location.field, position].filter(Boolean).join(":");
    if (field) places.push([location.field ? "field" : "line", field]);
    if (pageCount > pages.length || (location.page === undefined && pages.length > 0)) {
      const more = pageCount > pages.length ? ` and ${pageCount - pages.length} more` : "";
      places.push([pageCount === 1 ? "page" : `${pageCount} pages`, pages.join(", ") + more]);
    }
    const place = element("ul", { className: "place" });
    for (const [name, value] of places) {
      place.append(element("li", {}, `${name} `, element("code", { textContent: value })));
    }
    if (places.length > 0) item.append(place);
    if (excerpt) item.append(this.#excerpt(excerpt, field));
    if (hint) item.append(element("p", { className: "hint", textContent: hint }));
    return item;
  }

  /** Returns the lines around the error, with a caret below its column. */
  #excerpt({ firstLine, lines, line, prefix }, field) {
    const code = element("pre", { tabIndex: 0 });
    code.setAttribute("role", "group");
    code.setAttribute("aria-label", `Code around ${field}`);
    // Removes the indentation that all lines share.
    const indents = lines.filter(Boolean).map((text) => text.search(/[^ ]|$/));
    const indent = Math.min(...indents, prefix?.length ?? Infinity);
    lines.forEach((whole, index) => {
      const text = whole.slice(indent);
      const isAtFault = firstLine + index === line;
      code.append(
        element(
          "span",
          { className: isAtFault ? "row fault" : "row" },
          element("span", { className: "number", textContent: String(firstLine + index) }),
          element("span", { className: "text", textContent: `${text}\n` }),
        ),
      );
      if (!isAtFault || prefix === undefined) return;
      const caret = element(
        "span",
        { className: "row caret" },
        element("span", { className: "number" }),
        element("span", { className: "text" }, element("i", { textContent: prefix.slice(indent) }), "^\n"),
      );
      caret.setAttribute("aria-hidden", "true");
      code.append(caret);
    });
    return code;
  }

  #open() {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.querySelector(".body").scrollTop = 0;
  }

  #close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  /** Keeps the same errors from opening the dialog again in this window until they are fixed. */
  #dismiss() {
    this.store(dismissedKey, this.#shown);
    this.#close();
  }

  /** Stores a text for this window, if the browser allows it. */
  store(key, text) {
    try {
      sessionStorage.setItem(key, text);
    } catch {
      // Storage is disabled or full.
    }
  }

  read(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  }

  take(key) {
    const text = this.read(key);
    if (text !== null) sessionStorage.removeItem(key);
    return text;
  }
}
