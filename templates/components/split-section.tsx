interface Props {
  eyebrow?: string;
  title: string;
  text?: string;
  points?: string[];
  action?: { label: string; href: string };
  picture: { src: string; alt: string; width: number; height: number };
  caption?: string;
  side?: 'start' | 'end';
}

export default function SplitSection({
  eyebrow = '',
  title,
  text = '',
  points = [],
  action,
  picture,
  caption = '',
  side = 'end',
}: Props) {
  return (
    <section className={`section split-section split-section--${side}`}>
      <div className="split-section__grid">
        <div className="split-section__body">
          {eyebrow ? <p className="split-section__eyebrow">{eyebrow}</p> : null}
          <h2 className="split-section__title">{title}</h2>
          {text
            ? text.split(/\n{2,}/).map((paragraph, index) => (
                <p key={index} className="split-section__text">
                  {paragraph}
                </p>
              ))
            : null}
          {points.length > 0 ? (
            <ul role="list" className="split-section__points">
              {points.map((point) => (
                <li key={point}>
                  <svg
                    className="split-section__tick"
                    viewBox="0 0 24 24"
                    width="20"
                    height="20"
                    fill="none"
                    stroke="currentColor"
                    strokeWidth="2.4"
                    strokeLinecap="round"
                    strokeLinejoin="round"
                    aria-hidden="true"
                  >
                    <path d="m5 12.5 4.5 4.5L19 7.5" />
                  </svg>
                  <span>{point}</span>
                </li>
              ))}
            </ul>
          ) : null}
          {action ? (
            <p className="split-section__action">
              <a className="button button--secondary" href={action.href}>
                {action.label}
              </a>
            </p>
          ) : null}
        </div>
        <figure className="split-section__figure">
          <img
            className="split-section__picture"
            src={picture.src}
            alt={picture.alt}
            width={picture.width}
            height={picture.height}
            loading="lazy"
          />
          {caption ? <figcaption className="split-section__caption">{caption}</figcaption> : null}
        </figure>
      </div>
    </section>
  );
}
