// Robbie's mood without React: for the small scripts that stand on every page, and for the islands.

/** The moods from 1 to 7. */
export const moodNames = [
  "calm", "relaxed", "focused", "professional", "energetic", "excited", "hyper",
];

/** The number of a mood that is given by number or by name; `otherwise` for what is neither. */
export function moodLevel(mood: unknown, otherwise = 4): number {
  const named = moodNames.indexOf(String(mood).toLowerCase());
  const level = named >= 0 ? named + 1 : Math.round(Number(mood));
  return level >= 1 && level <= moodNames.length ? level : otherwise;
}

/** What the chat service tells of the node's state, as it was sent. */
export type ToldState = Record<string, unknown>;

export interface MoodStore {
  /** Null until it is known. */
  value: ToldState | null;
  /** Whether a connection tells each change, so that asking is not needed. */
  isConnected(): boolean;
  /** Takes over what was told; what has no mood is none. */
  take(value: ToldState): void;
  /** Asks once, unless this window has been told within the last minute. */
  refresh(): Promise<void>;
  watch(watcher: () => void): () => void;
}

const freshness = 60_000;
const storageKey = "robbieblocks.personality";

function makeStore(): MoodStore {
  let readAt = 0;
  let toldCount = 0;
  let isReading = false;
  const watchers = new Set<() => void>();

  const keep = (value: ToldState) => {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify({ at: Date.now(), value }));
    } catch {
      /* Storage can be switched off; the next page then asks again. */
    }
  };
  const show = (value: ToldState) => {
    if (!moodLevel(value.mood, 0)) return;
    store.value = value;
    for (const watcher of watchers) watcher();
  };
  const remember = () => {
    try {
      const { at, value } = JSON.parse(sessionStorage.getItem(storageKey) ?? "{}");
      if (typeof at !== "number" || at > Date.now()) return;
      readAt = at;
      show(value ?? {});
    } catch {
      /* As if nothing had been kept. */
    }
  };
  const store: MoodStore = {
    value: null,
    isConnected: () => false,
    take(value) {
      if (!moodLevel(value.mood, 0)) return;
      toldCount += 1;
      readAt = Date.now();
      keep(value);
      show(value);
    },
    async refresh() {
      if (isReading || store.isConnected()) return;
      if (!readAt) remember();
      if (Date.now() - readAt < freshness) return;
      isReading = true;
      readAt = Date.now();
      const before = toldCount;
      let value: ToldState | null = null;
      try {
        const answer = await fetch("/api/personality", { headers: { accept: "application/json" } });
        if (answer.ok) value = (await answer.json()) as ToldState;
      } catch {
        // No answer: what the page was made with stays.
      }
      isReading = false;
      // What the connection said meanwhile is newer than an answer that was on its way.
      if (toldCount > before) return;
      keep(value ?? store.value ?? {});
      if (value) store.take(value);
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
  return store;
}

const page = globalThis as { robbieMood?: MoodStore };

/** The page's own: the scripts of a page are bundled apart from each other, and share it. */
export function moodStore(): MoodStore {
  return (page.robbieMood ??= makeStore());
}

/** Asks for the mood when the browser is idle, and again when the visitor comes back to the page. */
export function glance(): () => void {
  let isOver = false;
  const look = () => {
    if (!isOver && !document.hidden) void moodStore().refresh();
  };
  (window.requestIdleCallback ?? setTimeout)(look);
  document.addEventListener("visibilitychange", look);
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", look);
  };
}

/**
 * Calls `show` with the number of the mood once it is known, and whenever it changes, in a script
 * without React. It opens no connection, and hears of changes while something else on the page has one.
 */
export function watchMood(show: (level: number) => void): void {
  moodStore().watch(() => show(moodLevel(moodStore().value?.mood)));
  glance();
}
