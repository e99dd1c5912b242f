interface Props {
  greeting?: string;
  mood?: number | string;
  href?: string;
  label?: string;
}

const moods = ['calm', 'relaxed', 'focused', 'professional', 'energetic', 'excited', 'hyper'];

function nameOf(mood: number | string): string {
  return moods[Number(mood) - 1] ?? String(mood);
}

export default function RobbieBar({
  greeting = 'Hi, I am Robbie.',
  mood = 'focused',
  href = '',
  label = 'Take me there',
}: Props) {
  return (
    <aside className="robbie-bar" aria-label="Robbie">
      <svg className="robbie-bar__face" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <rect x="2" y="5" width="20" height="16" rx="6" fill="currentColor" />
        <path d="M12 5V2" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
        <g className="robbie-bar__features">
          <circle cx="8.5" cy="12" r="1.6" />
          <circle cx="15.5" cy="12" r="1.6" />
          <path d="M8.5 15.6c2 2 5 2 7 0" fill="none" strokeWidth="1.6" strokeLinecap="round" />
        </g>
      </svg>
      <p className="robbie-bar__greeting">
        {greeting}{' '}
        <span className="robbie-bar__mood">
          <span className="visually-hidden">Mood: </span>
          {nameOf(mood)}
        </span>
      </p>
      {href ? (
        <a className="robbie-bar__link" href={href}>
          {label}
        </a>
      ) : null}
    </aside>
  );
}
