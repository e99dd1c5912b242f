/** The style sheets of the page, which are replaced without a reload. */
export class Styles {
  #script;
  // The page as it was published, before any script changed it.
  #published;

  /** @param {URL} script the address of live.js in the page. */
  constructor(script) {
    this.#script = script;
    this.#published = this.#fetchPage().then((page) =>
      // A release may have been published between the page's request and this one.
      page?.querySelector(`script[src="${script.pathname}${script.search}"]`) ? page : null,
    );
  }

  /** Returns the file below the site's root for an address on this host. */
  file(pathname) {
    return decodeURIComponent(pathname).slice(1);
  }

  /** Reloads the sheets of the page that are among `files`. */
  refresh(files) {
    return this.#replace(this.#links(document), files);
  }

  /**
   * Replaces the page's sheets with those of the newly published page.
   *
   * @returns {Promise<boolean>} false when more than the sheets has changed.
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

  /** Returns a page without its sheets and the preview's script. */
  #skeleton(page) {
    const copy = page.documentElement.cloneNode(true);
    const others = `link[rel~=stylesheet], link[rel=preload][as=style], script[src^="${this.#script.pathname}?"]`;
    for (const element of copy.querySelectorAll(others)) element.remove();
    return copy.outerHTML;
  }

  /** Returns the sheets of a page in order, without those of other hosts. */
  #links(page) {
    return [...page.querySelectorAll("link[rel~=stylesheet][href]")].filter(
      (link) => this.#address(link).origin === location.origin,
    );
  }

  #address(link) {
    return new URL(link.getAttribute("href"), document.baseURI);
  }

  /**
   * Loads the sheets in `wanted`, then removes the old ones, so that the page is never without
   * styles.
   *
   * @returns {Promise<boolean>} whether all sheets could be loaded.
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
