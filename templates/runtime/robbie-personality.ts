import { useEffect, useSyncExternalStore } from "react";
import type { Personality } from "robbieblocks/robbie";
import { chatSocket } from "./robbie-socket";

export type { Personality };

/** Robbie's moods from 1 to 7, each with what he says of it. */
export const moods = Object.freeze(
  [
    { name: "calm", text: "Breathing slowly and listening." },
    { name: "relaxed", text: "No hurry. Ask me anything." },
    { name: "focused", text: "One thing at a time, done well." },
    { name: "professional", text: "Here are the figures and what they mean." },
    { name: "energetic", text: "Plenty to do today, so let us start." },
    { name: "excited", text: "These results are worth a look!" },
    { name: "hyper", text: "Everything at once, please!" },
  ].map((mood) => Object.freeze(mood)),
);

/** The number of a mood that is given by number or by name; `otherwise` for what is neither. */
export function moodLevel(mood: unknown, otherwise = 4): number {
  const named = moods.findIndex(({ name }) => name === String(mood).toLowerCase());
  const level = named >= 0 ? named + 1 : Math.round(Number(mood));
  return level >= 1 && level <= moods.length ? level : otherwise;
}

function personalityOf(value: Record<string, unknown>): Personality | null {
  const mood = moodLevel(value.mood, 0);
  if (mood === 0) return null;
  const number = (field: unknown) =>
    typeof field === "number" && Number.isFinite(field) ? field : null;
  const text = (field: unknown) => (typeof field === "string" ? field.slice(0, 60) : null);
  return {
    mood,
    mode: text(value.mode),
    gandhiGenghis: number(value.gandhi_genghis),
    energy: number(value.energy),
    focus: number(value.focus),
  };
}

const freshness = 60_000;
const storageKey = "robbieblocks.personality";

class PersonalityStore {
  current: Personality | null = null;
  private users = 0;
  private readAt = 0;
  /** Times that somebody has told the state. */
  private told = 0;
  private isReading = false;
  private stop: (() => void) | null = null;
  private readonly watchers = new Set<() => void>();

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Follows what the page's connection says, whoever opened it. */
  follow(): () => void {
    this.users += 1;
    this.stop ??= chatSocket().read((message) => {
      if (message.type === "personality") this.take(message);
    });
    return () => {
      this.users -= 1;
      if (this.users > 0) return;
      this.stop?.();
      this.stop = null;
    };
  }

  /** Asks once, unless this window has been told within the last minute. */
  async refresh() {
    if (this.isReading || chatSocket().state.phase === "open") return;
    this.remember();
    if (Date.now() - this.readAt < freshness) return;
    this.isReading = true;
    this.readAt = Date.now();
    const before = this.told;
    let value: Record<string, unknown> = {};
    try {
      const answer = await fetch("/api/personality", { headers: { accept: "application/json" } });
      if (answer.ok) value = (await answer.json()) as Record<string, unknown>;
    } catch {
      // Nobody answers: what the page was made with stays.
    } finally {
      this.isReading = false;
    }
    // What the connection said meanwhile is newer than an answer that was on its way.
    if (this.told > before) return;
    this.keep(value);
    this.take(value);
  }

  private take(value: Record<string, unknown>) {
    const personality = personalityOf(value);
    if (!personality) return;
    this.told += 1;
    this.readAt = Date.now();
    this.keep(value);
    this.show(personality);
  }

  private show(personality: Personality) {
    if (JSON.stringify(personality) === JSON.stringify(this.current)) return;
    this.current = personality;
    for (const watcher of this.watchers) watcher();
  }

  private keep(value: Record<string, unknown>) {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify({ at: Date.now(), value }));
    } catch {
      /* Storage can be switched off; the next page then asks again. */
    }
  }

  private remember() {
    if (this.readAt > 0) return;
    try {
      const { at, value } = JSON.parse(sessionStorage.getItem(storageKey) ?? "{}");
      if (typeof at !== "number" || at > Date.now()) return;
      this.readAt = at;
      const personality = personalityOf(value ?? {});
      if (personality) this.show(personality);
    } catch {
      /* As if nothing had been kept. */
    }
  }
}

let shared: PersonalityStore | null = null;

function store(): PersonalityStore {
  return (shared ??= new PersonalityStore());
}

const nothing = () => null;
const read = () => store().current;
const watch = (watcher: () => void) => store().watch(watcher);

/**
 * The node's state; null until it is known, and on the server.
 *
 * `"live"` keeps a connection open and hears of each change at once. `"glance"` asks once when the
 * browser is idle and again when the visitor comes back to the page, and hears of changes only while
 * something else on the page is connected: for what stands on every page, where a connection for
 * each reader would use up those of an office behind one address.
 */
export function usePersonality(interest: "live" | "glance" | "none" = "live"): Personality | null {
  const personality = useSyncExternalStore(watch, read, nothing);
  useEffect(() => {
    if (interest === "none") return undefined;
    const stops = [store().follow()];
    if (interest === "live") {
      stops.push(chatSocket().acquire());
    } else {
      const look = () => {
        if (!document.hidden) void store().refresh();
      };
      const later = window.requestIdleCallback ?? ((task: () => void) => setTimeout(task, 300));
      const handle = later(look);
      document.addEventListener("visibilitychange", look);
      stops.push(() => {
        document.removeEventListener("visibilitychange", look);
        (window.cancelIdleCallback ?? clearTimeout)(handle);
      });
    }
    return () => stops.forEach((stop) => stop());
  }, [interest]);
  return interest === "none" ? null : personality;
}
