interface Props {
  /** 1 calm to 7 hyper. */
  level: number;
  className?: string;
}

/** Robbie's face in a mood; a picture for the eyes alone, so say the mood in words beside it. */
export function Face({ level, className = "" }: Props) {
  const eye = 2.4 + level * 0.35;
  const smile = 33 + level * 2.4;
  return (
    <svg
      className={`robbie-face robbie-face--${level} ${className}`.trim()}
      viewBox="0 0 64 64"
      width="64"
      height="64"
      aria-hidden="true"
    >
      <path className="robbie-face__antenna" d={`M32 10V${7 - level * 0.4}`} />
      <rect className="robbie-face__head" x="4" y="10" width="56" height="46" rx="16" />
      <circle className="robbie-face__spark" cx="32" cy={6 - level * 0.3} r="3" />
      {level <= 2 ? (
        <path className="robbie-face__stroke" d="M17 30q5 4 10 0M37 30q5 4 10 0" />
      ) : (
        <>
          <circle className="robbie-face__eye" cx="22" cy="29" r={eye} />
          <circle className="robbie-face__eye" cx="42" cy="29" r={eye} />
        </>
      )}
      {level >= 6 ? (
        <path className="robbie-face__eye" d={`M21 40h22Q32 ${smile + 14} 21 40Z`} />
      ) : (
        <path className="robbie-face__stroke" d={`M22 42q10 ${smile - 34} 20 0`} />
      )}
    </svg>
  );
}
