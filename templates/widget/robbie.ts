// What components import from "robbieblocks/robbie": his face and mood, and a way to ask him. It is
// apart from the conversation, so that a page which has only a bar does not fetch all of that.
export { Face, drawFace } from "./robbie-face";
export { askRobbie } from "./robbie-handover";
export { moodLevel, moodNames, watchMood } from "./robbie-mood";
export { moods, usePersonality } from "./robbie-personality";
export type { Personality } from "./robbie-personality";
