import { Face, askRobbie, drawFace, moodLevel, moodNames, watchMood } from 'robbieblocks/robbie';

interface Props {
  greeting?: string;
  mood?: number | string;
  href?: string;
  label?: string;
  chat?: string;
  placeholder?: string;
}

/** Is on every page, so it requests the mood once, opens no connection, and does not use React. */
export default function RobbieBar({
  greeting = 'Hi, I am Robbie.',
  mood = 'focused',
  href = '',
  label = 'Take me there',
  chat = '',
  placeholder = 'Ask Robbie',
}: Props) {
  const level = moodLevel(mood, 3);
  return (
    <aside className="robbie-bar" aria-label="Robbie">
      <Face level={level} className="robbie-bar__face" />
      <p className="robbie-bar__greeting">
        <span className="robbie-bar__words">{greeting}</span>{' '}
        <span className="robbie-bar__mood">
          <span className="visually-hidden">Mood: </span>
          {moodNames[level - 1]}
        </span>
      </p>
      {href ? (
        <a className="robbie-bar__link" href={href}>
          {label}
        </a>
      ) : null}
      {chat ? (
        <form className="robbie-bar__ask" method="post" action="/api/chat" data-chat={chat}>
          <input
            className="robbie-bar__field"
            name="message"
            aria-label="Ask Robbie a question"
            placeholder={placeholder}
            maxLength={4000}
            required
            autoComplete="off"
            enterKeyHint="send"
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

export function enhance() {
  const bars = document.querySelectorAll('.robbie-bar');
  for (const form of document.querySelectorAll<HTMLFormElement>('.robbie-bar__ask')) {
    form.addEventListener('submit', (event) => {
      const field = form.elements.namedItem('message') as HTMLInputElement;
      const question = field.value.trim();
      if (!question) {
        event.preventDefault();
        field.focus();
      } else if (askRobbie(question, form.dataset.chat!)) {
        event.preventDefault();
        field.value = '';
      }
    });
  }
  watchMood((level) => {
    for (const bar of bars) {
      drawFace(bar.querySelector('.robbie-face')!, level);
      bar.querySelector('.robbie-bar__mood')!.lastChild!.textContent = moodNames[level - 1]!;
    }
  });
}
