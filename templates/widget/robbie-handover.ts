// Passes a question to the conversation on this page or on another.

const storageKey = "robbieblocks.question";
// An event, because the scripts of a page are bundled separately.
const eventName = "robbieblocks:question";

/** Passes questions asked elsewhere on this page to `take`. */
export function takeQuestions(take: (question: string) => void): () => void {
  const listen = (event: Event) => {
    event.preventDefault();
    take((event as CustomEvent<string>).detail);
  };
  document.addEventListener(eventName, listen);
  return () => document.removeEventListener(eventName, listen);
}

/**
 * Asks `question` in the conversation of this page, or opens the page `href` and asks it there.
 *
 * The question is passed in the window's storage rather than in the address, so that no link on another
 * site can ask in a visitor's name.
 *
 * @returns false when storage is disabled, so that the form must be submitted instead.
 */
export function askRobbie(question: string, href: string): boolean {
  const event = new CustomEvent(eventName, { detail: question, cancelable: true });
  if (!document.dispatchEvent(event)) return true;
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({ question, at: Date.now() }));
  } catch {
    return false;
  }
  location.assign(href);
  return true;
}

/** Returns the question that another page of this window has just passed on. */
export function handedQuestion(): string | null {
  try {
    const kept = sessionStorage.getItem(storageKey);
    sessionStorage.removeItem(storageKey);
    const { question, at } = JSON.parse(kept ?? "{}");
    const isFresh = typeof at === "number" && Math.abs(Date.now() - at) < 30_000;
    return isFresh && typeof question === "string" && question ? question : null;
  } catch {
    return null;
  }
}
