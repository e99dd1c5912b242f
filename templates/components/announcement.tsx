interface Props {
  text: string;
  href?: string;
  label?: string;
}

export default function Announcement({ text, href = '', label = 'Read more' }: Props) {
  return (
    <details className="announcement" open>
      <summary className="announcement__toggle">
        <span className="visually-hidden">Announcement</span>
        <svg
          className="announcement__icon"
          viewBox="0 0 24 24"
          width="20"
          height="20"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
          aria-hidden="true"
        >
          <path className="announcement__close" d="M6 6l12 12M18 6L6 18" />
          <path className="announcement__open" d="M4 10v4h3l8 4V6l-8 4H4Zm15-1v6" />
        </svg>
      </summary>
      <p className="announcement__text">
        {text}
        {href ? (
          <>
            {' '}
            <a className="announcement__link" href={href}>
              {label}
            </a>
          </>
        ) : null}
      </p>
    </details>
  );
}
