import type { Answer, AnswerStatus } from "robbieblocks/chat";

const notes: Partial<Record<AnswerStatus, string>> = {
  stopped: "You stopped this answer.",
  cut_off: "This answer was cut off before its end.",
  failed: "There is no answer.",
};

/** Says, visibly and to screen readers, why an answer is incomplete; null when it is complete. */
export function noteOf(answer: Answer): string | null {
  return answer.failure?.message ?? notes[answer.status] ?? null;
}
