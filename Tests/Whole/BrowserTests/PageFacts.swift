/// Facts about one page in a browser, after all of it has been scrolled into view.
struct PageFacts: Decodable {
    /// Violations of the content security policy, and scripts' uncaught errors.
    var faults: [String]
    var headings: Int
    /// Images without an `alt` attribute.
    var unnamedImages: [String]
    /// Images that were loaded and are none.
    var brokenImages: [String]
    /// Links, buttons and fields in use that have no name for who cannot see them.
    var unnamedControls: [String]
    var repeatedIdentifiers: [String]
    var islands: Int
    /// Components of islands that did not hydrate.
    var sleepingIslands: [String]
    var styleSheets: Int
    /// Addresses of scripts that were fetched, ahead or not.
    var fetchedScripts: [String]
    var scrollWidth: Int
    var innerWidth: Int
    /// What reaches beyond the right edge, when the page can be scrolled sideways.
    var wideElements: [String]
    var primaryColor: String
    var background: String

    static let script = """
        return (async () => {
          const root = document.documentElement;
          const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));
          for (let y = 0; y < root.scrollHeight; y += innerHeight) {
            scrollTo(0, y);
            await frame();
          }
          const islands = [...document.querySelectorAll('rb-island')]
            .filter((island) => island.dataset.hydrate !== 'none');
          // React marks each element that it has taken over; the attribute alone says it was asked.
          const isAwake = (island) => 'hydrated' in island.dataset
            && [...island.children].every((child) =>
              Object.keys(child).some((key) => key.startsWith('__react')));
          const end = performance.now() + 5000;
          while (!islands.every(isAwake) && performance.now() < end) {
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
          await document.fonts.ready;
          scrollTo(0, 0);
          await frame();
          await new Promise((resolve) => setTimeout(resolve, 0));

          const all = (selector) => [...document.querySelectorAll(selector)];
          const name = (element) => element.tagName.toLowerCase()
            + (element.id ? '#' + element.id : '')
            + [...element.classList].map((word) => '.' + word).join('');
          const label = (element) => element.getAttribute('aria-label')
            || element.getAttribute('aria-labelledby') || element.labels?.length
            || element.textContent.trim() || element.querySelector('img[alt]:not([alt=""])');
          const ids = all('[id]').map((element) => element.id);
          const isClipped = (element) => {
            for (let above = element.parentElement; above && above !== document.body;
              above = above.parentElement) {
              if (getComputedStyle(above).overflowX !== 'visible') return true;
            }
            return false;
          };
          const isWide = root.scrollWidth > innerWidth;
          const style = getComputedStyle(root);
          return {
            faults: window.recordedFaults,
            headings: all('h1').length,
            unnamedImages: all('img:not([alt])').map((image) => image.src),
            brokenImages: all('img').filter((image) => image.complete && !image.naturalWidth)
              .map((image) => image.src),
            unnamedControls: all('a[href], button, input:enabled, select, textarea')
              .filter((element) => !label(element)).map(name),
            repeatedIdentifiers: ids.filter((id, index) => ids.indexOf(id) !== index),
            islands: islands.length,
            sleepingIslands: islands.filter((island) => !isAwake(island))
              .map((island) => island.dataset.component),
            styleSheets: document.styleSheets.length,
            fetchedScripts: performance.getEntriesByType('resource').map((entry) => entry.name)
              .filter((address) => new URL(address).pathname.endsWith('.js')),
            scrollWidth: root.scrollWidth,
            innerWidth,
            wideElements: isWide ? all('body *')
              .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5
                && !isClipped(element))
              .slice(0, 5).map(name) : [],
            primaryColor: style.getPropertyValue('--color-primary').trim(),
            background: getComputedStyle(document.body).backgroundColor,
          };
        })();
        """
}
