import { type FormEvent, useState } from 'react';
import { Face, askRobbie, moodLevel, moods, usePersonality } from 'robbieblocks/robbie';

interface Props {
  greeting?: string;
  mood?: number | string;
  href?: string;
  label?: string;
  chat?: string;
  placeholder?: string;
}

/**
 * Stands on every page, so it asks for the mood once and opens a connection only for who begins to
 * write.
 */
export default function RobbieBar({
  greeting = 'Hi, I am Robbie.',
  mood = 'focused',
  href = '',
  label = 'Take me there',
  chat = '',
  placeholder = 'Ask Robbie',
}: Props) {
  const [isOpen, setOpen] = useState(false);
  const personality = usePersonality(isOpen ? 'live' : 'glance');
  const level = personality?.mood ?? moodLevel(mood, 3);

  const ask = (event: FormEvent<HTMLFormElement>) => {
    const field = event.currentTarget.elements.namedItem('message') as HTMLInputElement;
    const question = field.value.trim();
    if (!question) {
      event.preventDefault();
      field.focus();
    } else if (askRobbie(question, chat)) {
      event.preventDefault();
      field.value = '';
    }
  };

  return (
    <aside className="robbie-bar" aria-label="Robbie">
      <Face level={level} className="robbie-bar__face" />
      <p className="robbie-bar__greeting">
        <span className="robbie-bar__words">{greeting}</span>{' '}
        <span className="robbie-bar__mood">
          <span className="visually-hidden">Mood: </span>
          {moods[level - 1]!.name}
        </span>
      </p>
      {href ? (
        <a className="robbie-bar__link" href={href}>
          {label}
        </a>
      ) : null}
      {chat ? (
        <form className="robbie-bar__ask" method="post" action="/api/chat" onSubmit={ask}>
          <input
            className="robbie-bar__field"
            name="message"
            aria-label="Ask Robbie a question"
            placeholder={placeholder}
            maxLength={4000}
            required
            autoComplete="off"
            enterKeyHint="send"
            onFocus={() => setOpen(true)}
          />
          <button type="submit" className="robbie-bar__send" aria-label="Ask">
            <svg viewBox="0 0 24 24" width="18" height="18" fill="none" aria-hidden="true">
              <path
                d="M5 12h14M12.5 5.5 19 12l-6.5 6.5"
                stroke="currentColor"
                strokeWidth="2.2"
                strokeLinecap="round"
                strokeLinejoin="round"
              />
            </svg>
          </button>
        </form>
      ) : null}
    </aside>
  );
}
