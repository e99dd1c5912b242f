import { useEffect, useState } from "react";

/** After how many seconds which words are shown beside the dots. */
const stages: [number, string][] = [
  [25, "This takes longer than usual. You can stop it and ask again."],
  [8, "Still at work on the answer"],
  [3, "Looking through the pages of this site"],
];

/** What a visitor sees until the first word of an answer. */
export function Waiting() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const words = stages.find(([after]) => seconds >= after)?.[1];
  return (
    <div className="chat__waiting">
      <p className="chat__dots" aria-label="Robbie is thinking">
        <span />
        <span />
        <span />
      </p>
      {/* Announced when the words change, and not with every second. */}
      <p className="chat__waiting-words" role="status">
        {words}
      </p>
      {seconds >= 8 ? (
        <span className="chat__waiting-time" aria-hidden="true">
          {seconds} s
        </span>
      ) : null}
    </div>
  );
}
