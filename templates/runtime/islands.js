// Hydrates each island at once, when the browser is idle, or when it becomes visible.
const moments = {
  load: (start) => start(),
  idle: (start) => (window.requestIdleCallback ?? ((task) => setTimeout(task, 200)))(start),
  visible: (start, element) => {
    const target = element.firstElementChild;
    if (!target) return start();
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        start();
      },
      { rootMargin: "200px" },
    );
    observer.observe(target);
  },
};

for (const element of document.querySelectorAll("rb-island")) {
  const moment = moments[element.dataset.hydrate] ?? moments.load;
  moment(async () => (await import(element.dataset.source)).default(element), element);
}
