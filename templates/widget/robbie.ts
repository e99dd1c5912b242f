// The exports of "robbieblocks/robbie" for components: Robbie's face and mood, and a function to ask a
// question. Separate from the conversation, so that a page with only a bar does not load all of it.
export { Face, drawFace } from "./robbie-face";
export { askRobbie } from "./robbie-handover";
export { moodLevel, moodNames, watchMood } from "./robbie-mood";
export { moods, usePersonality } from "./robbie-personality";
export type { Personality } from "./robbie-personality";
