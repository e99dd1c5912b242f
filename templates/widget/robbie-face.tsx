interface Props {
  /** 1 calm to 7 hyper. */
  level: number;
  className?: string;
}

/** Returns the shapes as markup, because both React and a script without React draw them. */
function shapes(level: number): string {
  const eye = 2.4 + level * 0.35;
  const smile = 33 + level * 2.4;
  const shape = (element: string, part: string, attributes: string) =>
    `<${element} class="robbie-face__${part}" ${attributes}></${element}>`;
  const path = (part: string, d: string) => shape("path", part, `d="${d}"`);
  const round = (cx: number) => shape("circle", "eye", `cx="${cx}" cy="29" r="${eye}"`);
  return (
    path("antenna", `M32 10V${7 - level * 0.4}`) +
    shape("rect", "head", 'x="4" y="10" width="56" height="46" rx="16"') +
    shape("circle", "spark", `cx="32" cy="${6 - level * 0.3}" r="3"`) +
    (level <= 2 ? path("stroke", "M17 30q5 4 10 0M37 30q5 4 10 0") : round(22) + round(42)) +
    (level >= 6
      ? path("eye", `M21 40h22Q32 ${smile + 14} 21 40Z`)
      : path("stroke", `M22 42q10 ${smile - 34} 20 0`))
  );
}

/** Robbie's face in a mood. Decorative: also state the mood as text. */
export function Face({ level, className = "" }: Props) {
  return (
    <svg
      className={`robbie-face robbie-face--${level} ${className}`.trim()}
      viewBox="0 0 64 64"
      width="64"
      height="64"
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: shapes(level) }}
    />
  );
}

/** Changes the mood of a face that is already on the page, in a script without React. */
export function drawFace(face: Element, level: number): void {
  face.classList.replace([...face.classList][1]!, `robbie-face--${level}`);
  face.innerHTML = shapes(level);
}
