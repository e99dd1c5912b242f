function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function count(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

const dismissedKey = "robbieblocks-dismissed";

/**
 * What is wrong, above the page: the faults in a dialog, which a button opens again once it was
 * closed, and a note when the server or the database is out of reach.
 *
 * It lives in a shadow root, so that neither it nor the page styles the other. Every text is set as
 * text: messages quote what is in the database.
 */
export class Overlay {
  #host = document.createElement("robbieblocks-preview");
  #title = element("h2", { id: "title" });
  #list = element("ol");
  #rest = element("p", { className: "rest", hidden: true });
  #dialog;
  #badge = element("button", { className: "badge", type: "button", hidden: true });
  #note = element("p", { className: "note", hidden: true });
  #lostServer = 0;
  #isServerLost = false;
  #lostDatabase = null;
  #shown = "[]";

  constructor() {
    const root = this.#host.attachShadow({ mode: "open" });
    const close = element("button", { type: "button", className: "close", textContent: "Close" });
    const text = "What is shown below is the last good state. This goes away when all is mended.";
    this.#dialog = element(
      "dialog",
      {},
      element("header", {}, this.#title, close),
      element("p", { className: "lead", textContent: text }),
      this.#list,
      this.#rest,
    );
    this.#dialog.setAttribute("aria-labelledby", "title");
    // A region for what changes must be there before it does.
    const status = element("div", { className: "status", role: "status" }, this.#note);
    const href = new URL("overlay.css", import.meta.url).pathname;
    root.append(element("link", { rel: "stylesheet", href }), this.#dialog, this.#badge, status);
    close.addEventListener("click", () => this.#dismiss());
    // Escape, in whatever way the browser hears of it.
    this.#dialog.addEventListener("cancel", () => this.#dismiss());
    this.#badge.addEventListener("click", () => this.#open());
    document.documentElement.append(this.#host);
  }

  /** What is wrong now; not more than so many of the errors and warnings are among the faults. */
  setFaults({ faults, errors, warnings }) {
    const more = errors + warnings - faults.length;
    this.#shown = JSON.stringify(faults);
    this.#list.replaceChildren(...faults.map((fault) => this.#item(fault)));
    this.#rest.hidden = more === 0;
    this.#rest.textContent = `and ${more} more`;
    const words = [];
    if (errors) words.push(count(errors, "error"));
    if (warnings) words.push(count(warnings, "warning"));
    this.#title.textContent = words.join(", ");
    this.#badge.textContent = words.join(", ");
    this.#badge.classList.toggle("warning", errors === 0);
    if (faults.length === 0) this.store(dismissedKey, "");
    if (errors > 0 && this.read(dismissedKey) !== this.#shown) this.#open();
    else this.#close(faults.length > 0);
  }

  /** Whether the development server answers; a short break, as when a page is left, is not told. */
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

  /** @param {string | null} reason why the database is out of reach; null when it is there. */
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

  #item({ severity, code, message, location = {}, hint }) {
    const item = element("li", { className: severity });
    item.append(element("p", { className: "message", textContent: message }));
    const places = ["node", "page", "block", "frame", "component", "token"]
      .filter((name) => location[name] !== undefined)
      .map((name) => [name, String(location[name])]);
    const position = [location.line, location.column].filter((part) => part !== undefined).join(":");
    const field = [location.field, position].filter(Boolean).join(":");
    if (field) places.push([location.field ? "field" : "line", field]);
    const place = element("ul", { className: "place" });
    for (const [name, value] of places) {
      place.append(element("li", {}, `${name} `, element("code", { textContent: value })));
    }
    if (places.length > 0) item.append(place);
    if (hint) item.append(element("p", { className: "hint", textContent: hint }));
    item.append(element("p", { className: "code", textContent: code }));
    return item;
  }

  #open() {
    this.#badge.hidden = true;
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #close(hasFaults) {
    if (this.#dialog.open) this.#dialog.close();
    this.#badge.hidden = !hasFaults;
  }

  /** The same faults do not open the dialog again, in this window and until they are mended. */
  #dismiss() {
    this.store(dismissedKey, this.#shown);
    this.#close(true);
  }

  /** Keeps a text for this window; a browser that keeps nothing is fine. */
  store(key, text) {
    try {
      sessionStorage.setItem(key, text);
    } catch {
      // Refused, or full.
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
