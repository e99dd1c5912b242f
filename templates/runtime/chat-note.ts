import type { Answer, AnswerStatus } from "robbieblocks/chat";

const notes: Partial<Record<AnswerStatus, string>> = {
  stopped: "You stopped this answer.",
  cut_off: "This answer was cut off before its end.",
  failed: "There is no answer.",
};

/** Why an answer is not whole, for the eyes and for the ears; null when it is. */
export function noteOf(answer: Answer): string | null {
  return answer.failure?.message ?? notes[answer.status] ?? null;
}
