// Robbie's mood without React, for islands and for the small scripts on every page.

/** The moods from 1 to 7. */
export const moodNames = [
  "calm", "relaxed", "focused", "professional", "energetic", "excited", "hyper",
];

/** Returns the number of a mood given by number or name; `otherwise` for any other value. */
export function moodLevel(mood: unknown, otherwise = 4): number {
  const named = moodNames.indexOf(String(mood).toLowerCase());
  const level = named >= 0 ? named + 1 : Math.round(Number(mood));
  return level >= 1 && level <= moodNames.length ? level : otherwise;
}

/** The node's state as the chat service sent it. */
export type NodeState = Record<string, unknown>;

export interface MoodStore {
  /** Null until it is known. */
  value: NodeState | null;
  /** Whether a connection reports each change, so that no request is needed. */
  isConnected(): boolean;
  /** Stores a state that was received; ignores one without a mood. */
  take(value: NodeState): void;
  /** Sends one request, unless this window received a state within the last minute. */
  refresh(): Promise<void>;
  watch(watcher: () => void): () => void;
}

const freshness = 60_000;
const storageKey = "robbieblocks.personality";

function makeStore(): MoodStore {
  let readAt = 0;
  let stateCount = 0;
  let isReading = false;
  const watchers = new Set<() => void>();

  const keep = (value: NodeState) => {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify({ at: Date.now(), value }));
    } catch {
      /* Storage may be disabled; the next page then sends another request. */
    }
  };
  const show = (value: NodeState) => {
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
      /* Storage may be disabled; nothing is stored then. */
    }
  };
  const store: MoodStore = {
    value: null,
    isConnected: () => false,
    take(value) {
      if (!moodLevel(value.mood, 0)) return;
      stateCount += 1;
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
      const before = stateCount;
      let value: NodeState | null = null;
      try {
        const answer = await fetch("/api/personality", { headers: { accept: "application/json" } });
        if (answer.ok) value = (await answer.json()) as NodeState;
      } catch {
        // No response: the mood from the page's HTML stays.
      }
      isReading = false;
      // A message received in the meantime is newer than this response.
      if (stateCount > before) return;
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

/** Returns the page's store, which all scripts share although they are bundled separately. */
export function moodStore(): MoodStore {
  return (page.robbieMood ??= makeStore());
}

/** Requests the mood when the browser is idle, and again when the visitor returns to the page. */
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
 * Calls `show` with the number of the mood once it is known and whenever it changes, in a script
 * without React. Opens no connection; it is notified of changes while another part of the page has one.
 */
export function watchMood(show: (level: number) => void): void {
  moodStore().watch(() => show(moodLevel(moodStore().value?.mood)));
  glance();
}
