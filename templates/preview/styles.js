/** The style sheets of the page, which are swapped under it without a reload. */
export class Styles {
  #script;
  // The page as it was published, before any script changed it.
  #published;

  /** @param {URL} script the address of live.js, as the page has it. */
  constructor(script) {
    this.#script = script;
    this.#published = this.#fetchPage().then((page) =>
      // A release may have come between the page and this second look at it.
      page?.querySelector(`script[src="${script.pathname}${script.search}"]`) ? page : null,
    );
  }

  /** The file below the site's root that an address on this host is of. */
  file(pathname) {
    return decodeURIComponent(pathname).slice(1);
  }

  /** Loads those sheets of the page anew that are among `files`. */
  refresh(files) {
    return this.#replace(this.#links(document), files);
  }

  /**
   * Brings the page's sheets to those of its newly published form.
   *
   * @returns {Promise<boolean>} false when more than its sheets has changed.
   */
  async followPage(files) {
    const [before, after] = [await this.#published, await this.#fetchPage()];
    if (!before || !after || this.#skeleton(before) !== this.#skeleton(after)) return false;
    this.#published = Promise.resolve(after);
    return this.#replace(this.#links(after), files);
  }

  async #fetchPage() {
    try {
      const answer = await fetch(location.href, {
        cache: "no-store",
        headers: { accept: "text/html" },
      });
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return null;
    }
  }

  /** All of a page but its sheets and the script of the preview. */
  #skeleton(page) {
    const copy = page.documentElement.cloneNode(true);
    const others = `link[rel~=stylesheet], link[rel=preload][as=style], script[src^="${this.#script.pathname}?"]`;
    for (const element of copy.querySelectorAll(others)) element.remove();
    return copy.outerHTML;
  }

  /** The sheets of a page in their order, those of other hosts left out. */
  #links(page) {
    return [...page.querySelectorAll("link[rel~=stylesheet][href]")].filter(
      (link) => this.#address(link).origin === location.origin,
    );
  }

  #address(link) {
    return new URL(link.getAttribute("href"), document.baseURI);
  }

  /**
   * Makes the page's sheets those of `wanted`, and takes the old ones away when all new ones are
   * there, so that the page is never without styles.
   *
   * @returns {Promise<boolean>} whether all of them could be loaded.
   */
  async #replace(wanted, files) {
    const unused = new Set(this.#links(document));
    const loads = [];
    let last = null;
    for (const link of wanted) {
      const { pathname } = this.#address(link);
      const old = [...unused].find((other) => this.#address(other).pathname === pathname);
      if (old && !files.has(this.file(pathname))) {
        unused.delete(old);
        last = old;
        continue;
      }
      const fresh = document.importNode(link);
      // An address of its own: a browser takes a sheet that it has for the same one.
      fresh.setAttribute("href", `${pathname}?live=${Date.now()}`);
      loads.push(this.#loaded(fresh));
      if (old ?? last) (old ?? last).after(fresh);
      else document.head.prepend(fresh);
      last = fresh;
    }
    const areLoaded = (await Promise.all(loads)).every(Boolean);
    if (areLoaded) for (const link of unused) link.remove();
    return areLoaded;
  }

  #loaded(link) {
    return new Promise((resolve) => {
      link.addEventListener("load", () => resolve(true));
      link.addEventListener("error", () => resolve(false));
      setTimeout(() => resolve(false), 10_000);
    });
  }
}
