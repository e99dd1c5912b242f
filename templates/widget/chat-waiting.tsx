import { useEffect, useState } from "react";

/** Texts shown beside the dots, each with the seconds after which it appears. */
const stages: [number, string][] = [
  [25, "This takes longer than usual. You can stop it and ask again."],
  [8, "Still working on the answer"],
  [1, "Looking through the pages of this site"],
];

interface Props {
  /**
   * Announces text to screen readers, which do not read changes inside the answer while it is busy.
   */
  announce: (text: string) => void;
}

/** The indicator shown until the first word of an answer. */
export function Waiting({ announce }: Props) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const words = stages.find(([after]) => seconds >= after)?.[1];
  // Announces each text once, rather than every second.
  useEffect(() => {
    if (words) announce(words);
  }, [words, announce]);
  return (
    <div className="chat__waiting">
      <p className="chat__dots" role="img" aria-label="Robbie is thinking">
        <span />
        <span />
        <span />
      </p>
      <p className="chat__waiting-words">{words}</p>
      {seconds >= 8 ? (
        <span className="chat__waiting-time" aria-hidden="true">
          {seconds} s
        </span>
      ) : null}
    </div>
  );
}
