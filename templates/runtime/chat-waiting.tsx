import { useEffect, useState } from "react";

/** After how many seconds which words are shown beside the dots. */
const stages: [number, string][] = [
  [25, "This takes longer than usual. You can stop it and ask again."],
  [8, "Still working on the answer"],
  [1, "Looking through the pages of this site"],
];

interface Props {
  /** Says something to those who listen: the answer itself is busy, and what changes in it is not read. */
  announce: (text: string) => void;
}

/** What a visitor sees until the first word of an answer. */
export function Waiting({ announce }: Props) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const words = stages.find(([after]) => seconds >= after)?.[1];
  // Once for each of the words, and not with every second.
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
