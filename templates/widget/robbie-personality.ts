import { useEffect, useSyncExternalStore } from "react";
import type { Personality } from "robbieblocks/robbie";
import { glance, moodLevel, moodNames, moodStore, type NodeState } from "./robbie-mood";
import { chatSocket } from "./robbie-socket";

export type { Personality };

const sayings = [
  "Breathing slowly and listening.",
  "No hurry. Ask me anything.",
  "One thing at a time, done well.",
  "Here are the figures and what they mean.",
  "Plenty to do today, so let us start.",
  "These results are worth a look!",
  "Everything at once, please!",
];

/** Robbie's moods from 1 to 7, each with a sentence that Robbie says. */
export const moods = Object.freeze(
  moodNames.map((name, index) => Object.freeze({ name, text: sayings[index]! })),
);

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

let users = 0;
let stopReading: (() => void) | null = null;

/** Follows the messages of the page's connection, whichever part of the page opened it. */
function follow(): () => void {
  users += 1;
  moodStore().isConnected = () => chatSocket().state.phase === "open";
  stopReading ??= chatSocket().read((message) => {
    if (message.type === "personality") moodStore().take(message);
  });
  return () => {
    users -= 1;
    if (users > 0) return;
    stopReading?.();
    stopReading = null;
  };
}

let shown: { value: NodeState; personality: Personality | null } | null = null;

/** Returns the same object as long as the state is the same. */
function read(): Personality | null {
  const { value } = moodStore();
  if (!value) return null;
  if (shown?.value !== value) shown = { value, personality: personalityOf(value) };
  return shown.personality;
}

const nothing = () => null;
const watch = (watcher: () => void) => moodStore().watch(watcher);

/**
 * The node's state; null until it is known, and on the server.
 *
 * `"live"` keeps a connection open and receives each change at once. `"glance"` sends one request when
 * the browser is idle and another when the visitor returns to the page, and receives changes only while
 * another part of the page is connected. Use it for components on every page: one connection for each
 * reader would exceed the limit of an office behind one address.
 */
export function usePersonality(interest: "live" | "glance" | "none" = "live"): Personality | null {
  const personality = useSyncExternalStore(watch, read, nothing);
  useEffect(() => {
    if (interest === "none") return undefined;
    const stops = [follow(), interest === "live" ? chatSocket().acquire() : glance()];
    return () => stops.forEach((stop) => stop());
  }, [interest]);
  return interest === "none" ? null : personality;
}
