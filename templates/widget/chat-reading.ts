import { useEffect, useRef } from "react";
import type { Announce, Answer } from "robbieblocks/chat";
import { noteOf } from "./chat-note";
import { sentenceEnd, spoken } from "./chat-sentences";

/** Announces an answer in progress in whole sentences, and how it ended. */
export function useReading(running: Answer | null, last: Answer | null, announce: Announce) {
  const reading = useRef({ key: "", upTo: 0, at: 0 });
  useEffect(() => {
    const now = reading.current;
    if (running) {
      if (now.key !== running.key) {
        reading.current = { key: running.key, upTo: 0, at: Date.now() };
        announce("Robbie is answering.");
        return;
      }
      // Speech takes time, so sentences that arrive meanwhile are announced together.
      const end = sentenceEnd(running.text, now.upTo);
      if (end > now.upTo && Date.now() - now.at > 1500) {
        announce(spoken(running.text.slice(now.upTo, end)));
        reading.current = { key: now.key, upTo: end, at: Date.now() };
      }
    } else if (last && now.key === last.key) {
      reading.current = { key: "", upTo: 0, at: 0 };
      const rest = spoken(last.text.slice(now.upTo));
      const sources = last.citations.length;
      const end =
        noteOf(last) ??
        `End of the answer${sources ? `, with ${sources} source${sources > 1 ? "s" : ""}` : ""}.`;
      announce(`${rest} ${end}`.trim());
    }
  }, [running, last, announce]);
}
