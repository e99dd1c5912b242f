import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/**
 * Scrolls the log along with an answer until its question reaches the top, so that the answer can
 * be read from its beginning. At the end of the log, scrolling follows the end; after the reader
 * scrolls away, it stops.
 */
export function useFollowing(content: unknown) {
  const log = useRef<HTMLDivElement>(null);
  const mode = useRef<"turn" | "end" | "none">("turn");
  const placed = useRef(-1);
  const [isAway, setAway] = useState(false);

  const place = useCallback(() => {
    const element = log.current;
    if (!element || mode.current === "none") return;
    const end = element.scrollHeight - element.clientHeight;
    const turns = element.querySelectorAll<HTMLElement>(".chat__turn");
    const last = turns[turns.length - 1];
    const top = last ? last.offsetTop - 16 : 0;
    element.scrollTop = mode.current === "end" ? end : Math.min(end, Math.max(0, top));
    placed.current = element.scrollTop;
    setAway(end - element.scrollTop > 240);
  }, []);

  useLayoutEffect(place, [content, place]);
  // The log shrinks when a notice appears below it, or the list beside it.
  useEffect(() => {
    if (!log.current) return undefined;
    const observer = new ResizeObserver(place);
    observer.observe(log.current);
    return () => observer.disconnect();
  }, [place]);

  const onScroll = () => {
    const element = log.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    setAway(below > 240);
    if (Math.abs(element.scrollTop - placed.current) > 2) {
      mode.current = below < 8 ? "end" : "none";
    }
  };
  const follow = useCallback(
    (to: "turn" | "end") => {
      mode.current = to;
      place();
    },
    [place],
  );
  return { log, isAway, onScroll, follow };
}
