// How a question that was asked in one place reaches the conversation, on this page or on another.

const storageKey = "robbieblocks.question";
// An event, because the scripts of a page are bundled apart from each other.
const eventName = "robbieblocks:question";

/** The conversation of this page takes the questions that are asked beside it. */
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
 * It travels in the window's own storage and not in the address, so that no link from elsewhere can
 * ask in a visitor's name.
 *
 * @returns false when this browser keeps nothing: then the form sends the question itself.
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

/** The question that another page of this window has handed over just now. */
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
