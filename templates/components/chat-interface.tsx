import {
  type FormEvent,
  type KeyboardEvent,
  memo,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import {
  CopyButton,
  Markdown,
  type Answer,
  type Citation,
  type Conversation,
  type HistoryEntry,
  type Turn,
  longestMessage,
  sentenceEnd,
  shownAnswer,
  spoken,
  useConversation,
} from 'robbieblocks/chat';
import { Face, moodLevel, moods, usePersonality } from 'robbieblocks/robbie';

interface Props {
  title?: string;
  titleLevel?: 1 | 2 | 3;
  greeting?: string;
  text?: string;
  suggestions?: string[];
  placeholder?: string;
  mood?: number | string;
}

type Announce = (text: string) => void;

const icons = {
  send: 'M12 19V5M5.5 11.5 12 5l6.5 6.5',
  stop: 'M7 7h10v10H7z',
  plus: 'M12 5v14M5 12h14',
  clock: 'M12 7v5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  edit: 'm4 20 1-4L16.5 4.5a2.1 2.1 0 0 1 3 3L8 19l-4 1Z',
  again: 'M20 11a8 8 0 1 0-2.3 6.2M20 5v6h-6',
  left: 'm14.5 6-6 6 6 6',
  right: 'm9.5 6 6 6-6 6',
  down: 'M12 5v14M5.5 12.5 12 19l6.5-6.5',
  close: 'M6 6l12 12M18 6 6 18',
};

function Icon({ name }: { name: keyof typeof icons }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill={name === 'stop' ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={icons[name]} />
    </svg>
  );
}

/** Moves the focus along the marked elements below `event`'s own. */
function moveFocus(event: KeyboardEvent<HTMLElement>, selector: string): HTMLElement | null {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const now = items.indexOf(event.target as HTMLElement);
  const steps: Record<string, number> = {
    ArrowDown: now + 1,
    ArrowRight: now + 1,
    ArrowUp: now - 1,
    ArrowLeft: now - 1,
    Home: 0,
    End: items.length - 1,
  };
  const step = steps[event.key];
  if (now < 0 || step === undefined) return null;
  event.preventDefault();
  const next = items[(step + items.length) % items.length] ?? null;
  next?.focus();
  return next;
}

function placeOf(citation: Citation): string {
  const { heading, title } = citation;
  return heading && heading !== title ? `${title} › ${heading}` : title;
}

function Sources({ citations }: { citations: Citation[] }) {
  const title = useId();
  if (citations.length === 0) return null;
  return (
    <div className="chat__sources">
      <p className="chat__sources-title" id={title}>
        Sources
      </p>
      <ol role="list" aria-labelledby={title}>
        {citations.map((citation, index) => (
          <li key={index}>
            <a href={citation.route + (citation.anchor ? `#${citation.anchor}` : '')}>
              <span className="chat__sources-number" aria-hidden="true">
                {index + 1}
              </span>
              {placeOf(citation)}
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Waits as long as the server asked for. */
function RetryButton({ at, onRetry }: { at: number | undefined; onRetry: () => void }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!at) return undefined;
    const look = () => setSeconds(Math.max(0, Math.ceil((at - Date.now()) / 1000)));
    look();
    const timer = setInterval(look, 500);
    return () => clearInterval(timer);
  }, [at]);
  return (
    <button type="button" className="chat__action" disabled={seconds > 0} onClick={onRetry}>
      <Icon name="again" />
      {seconds > 0 ? `Try again in ${seconds} s` : 'Try again'}
    </button>
  );
}

const notes: Partial<Record<Answer['status'], string>> = {
  stopped: 'You stopped this answer.',
  cut_off: 'This answer was cut off before its end.',
  failed: 'There is no answer.',
};

interface TurnProps {
  turn: Turn;
  isLast: boolean;
  isRunning: boolean;
  isBusy: boolean;
  level: number;
  conversation: Conversation;
  announce: Announce;
  onAsked: () => void;
}

const TurnView = memo(function TurnView(props: TurnProps) {
  const { turn, isLast, isRunning, isBusy, conversation, announce, onAsked } = props;
  const [isEditing, setEditing] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const answer = shownAnswer(turn);

  const leaveEditing = () => {
    setEditing(false);
    requestAnimationFrame(() => editButton.current?.focus());
  };

  return (
    <div className="chat__turn">
      {isEditing ? (
        <QuestionEditor
          question={turn.question}
          isBusy={isBusy}
          onCancel={leaveEditing}
          onSend={(text) => {
            if (conversation.edit(turn.key, text)) onAsked();
          }}
        />
      ) : (
        <div className="chat__question">
          <p>
            <span className="visually-hidden">You asked: </span>
            {turn.question}
          </p>
          <button
            ref={editButton}
            type="button"
            className="chat__action chat__edit"
            aria-label="Edit this question and ask again"
            title="Edit and ask again"
            disabled={isBusy}
            onClick={() => setEditing(true)}
          >
            <Icon name="edit" />
          </button>
        </div>
      )}
      {answer ? (
        <div className="chat__answer" aria-busy={isRunning}>
          <Face level={props.level} className="chat__face" />
          <div className="chat__text">
            <span className="visually-hidden">Robbie answered: </span>
            {answer.text ? <Markdown text={answer.text} isOpen={isRunning} announce={announce} /> : null}
            {isRunning && !answer.text ? (
              <p className="chat__dots" aria-label="Robbie is thinking">
                <span />
                <span />
                <span />
              </p>
            ) : null}
            {isRunning ? null : (
              <AnswerEnd
                turn={turn}
                answer={answer}
                isLast={isLast}
                isBusy={isBusy}
                conversation={conversation}
                announce={announce}
                onAsked={onAsked}
              />
            )}
          </div>
        </div>
      ) : null}
    </div>
  );
});

function AnswerEnd({
  turn,
  answer,
  isLast,
  isBusy,
  conversation,
  announce,
  onAsked,
}: Pick<TurnProps, 'turn' | 'isLast' | 'isBusy' | 'conversation' | 'announce' | 'onAsked'> & {
  answer: Answer;
}) {
  const count = turn.answers.length;
  const note = answer.failure?.message ?? notes[answer.status];
  const isWhole = answer.status === 'complete';
  const show = (index: number) => {
    conversation.show(turn.key, index);
    announce(`Answer ${index + 1} of ${count}`);
  };
  return (
    <>
      <Sources citations={answer.citations} />
      {note ? <p className={`chat__note chat__note--${answer.status}`}>{note}</p> : null}
      <div className="chat__actions">
        {count > 1 ? (
          <span className="chat__versions" role="group" aria-label="Answers to this question">
            <button
              type="button"
              className="chat__action"
              aria-label="Earlier answer"
              disabled={turn.shown === 0}
              onClick={() => show(turn.shown - 1)}
            >
              <Icon name="left" />
            </button>
            <span>
              {turn.shown + 1}/{count}
            </span>
            <button
              type="button"
              className="chat__action"
              aria-label="Later answer"
              disabled={turn.shown === count - 1}
              onClick={() => show(turn.shown + 1)}
            >
              <Icon name="right" />
            </button>
          </span>
        ) : null}
        {answer.text ? <CopyButton text={answer.text} label="Copy" announce={announce} /> : null}
        {isLast && !isBusy && isWhole ? (
          <button
            type="button"
            className="chat__action"
            onClick={() => {
              conversation.regenerate(turn.key);
              onAsked();
            }}
          >
            <Icon name="again" />
            Another answer
          </button>
        ) : null}
        {isLast && !isBusy && !isWhole ? (
          <RetryButton
            at={answer.failure?.retryAt}
            onRetry={() => {
              conversation.retry(turn.key);
              onAsked();
            }}
          />
        ) : null}
        {answer.source ? (
          <span className="chat__origin">
            {answer.source === 'retrieval'
              ? 'Quoted from this site’s pages'
              : `Written by ${answer.model ?? 'a language model'}`}
          </span>
        ) : null}
      </div>
    </>
  );
}

function isSendKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
  // An input method uses Enter to choose a word.
  return event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing;
}

function QuestionEditor({
  question,
  isBusy,
  onCancel,
  onSend,
}: {
  question: string;
  isBusy: boolean;
  onCancel: () => void;
  onSend: (text: string) => void;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const area = field.current;
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);
  const send = (event: { preventDefault: () => void }) => {
    event.preventDefault();
    const text = field.current?.value ?? '';
    if (!isBusy && text.trim()) onSend(text);
  };
  return (
    <form className="chat__editor" onSubmit={send}>
      <textarea
        ref={field}
        className="chat__field"
        aria-label="Your question"
        defaultValue={question}
        maxLength={longestMessage}
        rows={2}
        onKeyDown={(event) => {
          if (isSendKey(event)) send(event);
          if (event.key === 'Escape') {
            event.stopPropagation();
            onCancel();
          }
        }}
      />
      <div className="chat__actions">
        <button type="submit" className="button button--primary" disabled={isBusy}>
          Ask again
        </button>
        <button type="button" className="button button--ghost" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** Works without a script: each suggestion is a form of its own. */
function Suggestions({
  suggestions,
  onAsk,
}: {
  suggestions: string[];
  onAsk: (question: string) => void;
}) {
  if (suggestions.length === 0) return null;
  return (
    <ul
      role="list"
      className="chat__suggestions"
      aria-label="Questions to begin with"
      onKeyDown={(event) => moveFocus(event, 'button')}
    >
      {suggestions.map((question) => (
        <li key={question}>
          <form
            method="post"
            action="/api/chat"
            onSubmit={(event) => {
              event.preventDefault();
              onAsk(question);
            }}
          >
            <button type="submit" className="chat__suggestion" name="message" value={question}>
              {question}
            </button>
          </form>
        </li>
      ))}
    </ul>
  );
}

function dayOf(date: string): string {
  const time = new Date(date);
  return Number.isNaN(time.getTime())
    ? ''
    : time.toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
}

function History({
  entries,
  current,
  conversation,
  onChosen,
  announce,
}: {
  entries: HistoryEntry[] | null;
  current: string | null;
  conversation: Conversation;
  onChosen: () => void;
  announce: Announce;
}) {
  const list = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState<string | null>(current);
  const [doomed, setDoomed] = useState<string | null>(null);
  const reachable = entries?.some((entry) => entry.id === active) ? active : entries?.[0]?.id;
  const isKnown = entries !== null;

  useEffect(() => {
    list.current?.querySelector<HTMLElement>('.chat__entry[tabindex="0"]')?.focus();
  }, [isKnown]);

  const remove = async (entry: HistoryEntry, index: number) => {
    if (doomed !== entry.id) {
      setDoomed(entry.id);
      announce('Press again to delete this conversation for good');
      return;
    }
    setDoomed(null);
    if (!(await conversation.remove(entry.id))) return;
    announce('Conversation deleted');
    requestAnimationFrame(() => {
      const rest = list.current?.querySelectorAll<HTMLElement>('.chat__entry');
      rest?.[Math.min(index, rest.length - 1)]?.focus();
    });
  };

  return (
    <nav className="chat__history" aria-label="Earlier conversations">
      {entries === null ? <p className="chat__note">Looking…</p> : null}
      {entries?.length === 0 ? <p className="chat__note">No conversation yet.</p> : null}
      <ul role="list" ref={list} onKeyDown={(event) => moveFocus(event, '.chat__entry')}>
        {(entries ?? []).map((entry, index) => (
          <li key={entry.id} className="chat__history-item">
            <button
              type="button"
              className="chat__entry"
              tabIndex={entry.id === reachable ? 0 : -1}
              aria-current={entry.id === current ? 'true' : undefined}
              onFocus={() => setActive(entry.id)}
              onClick={() => {
                void conversation.open(entry.id);
                onChosen();
              }}
            >
              <span className="chat__entry-title">{entry.title || 'Conversation'}</span>
              <span className="chat__entry-day">{dayOf(entry.updated_at)}</span>
            </button>
            <button
              type="button"
              className="chat__action chat__delete"
              tabIndex={entry.id === reachable ? 0 : -1}
              aria-label={`Delete “${entry.title || 'Conversation'}”`}
              data-armed={doomed === entry.id || undefined}
              onBlur={() => setDoomed(null)}
              onClick={() => void remove(entry, index)}
            >
              {doomed === entry.id ? 'Delete?' : <Icon name="close" />}
            </button>
          </li>
        ))}
      </ul>
      {current ? (
        <a
          className="chat__export"
          href={`/api/conversations/${encodeURIComponent(current)}/export`}
          download
        >
          Download this conversation
        </a>
      ) : null}
    </nav>
  );
}

/** Says what is being written in whole sentences, and how it ended. */
function useReading(running: Answer | null, last: Answer | null, announce: Announce) {
  const reading = useRef({ key: '', upTo: 0, at: 0 });
  useEffect(() => {
    const now = reading.current;
    if (running) {
      if (now.key !== running.key) {
        reading.current = { key: running.key, upTo: 0, at: Date.now() };
        announce('Robbie is answering.');
        return;
      }
      // Speaking takes time: what was said meanwhile comes in one piece.
      const end = sentenceEnd(running.text, now.upTo);
      if (end > now.upTo && Date.now() - now.at > 1500) {
        announce(spoken(running.text.slice(now.upTo, end)));
        reading.current = { key: now.key, upTo: end, at: Date.now() };
      }
    } else if (last && now.key === last.key) {
      reading.current = { key: '', upTo: 0, at: 0 };
      const rest = spoken(last.text.slice(now.upTo));
      const sources = last.citations.length;
      const end =
        last.failure?.message ??
        notes[last.status] ??
        `End of the answer${sources ? `, with ${sources} source${sources > 1 ? 's' : ''}` : ''}.`;
      announce(`${rest} ${end}`.trim());
    }
  }, [running, last, announce]);
}

/**
 * Moves the log along with an answer until its question has come to the top, so that who reads can
 * read from the beginning; who goes to the end stays there. Whoever scrolls away is left alone.
 */
function useFollowing(content: unknown) {
  const log = useRef<HTMLDivElement>(null);
  const mode = useRef<'turn' | 'end' | 'none'>('turn');
  const placed = useRef(-1);
  const [isAway, setAway] = useState(false);

  const place = useCallback(() => {
    const element = log.current;
    if (!element || mode.current === 'none') return;
    const end = element.scrollHeight - element.clientHeight;
    const turns = element.querySelectorAll<HTMLElement>('.chat__turn');
    const last = turns[turns.length - 1];
    const top = last ? last.offsetTop - 16 : 0;
    element.scrollTop = mode.current === 'end' ? end : Math.min(end, Math.max(0, top));
    placed.current = element.scrollTop;
    setAway(end - element.scrollTop > 240);
  }, []);

  useLayoutEffect(place, [content, place]);
  // The log gets smaller while a notice stands below it, or the list beside it.
  useEffect(() => {
    if (!log.current) return undefined;
    const observer = new ResizeObserver(place);
    observer.observe(log.current);
    return () => observer.disconnect();
  }, [place]);

  const onScroll = () => {
    const element = log.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    setAway(below > 240);
    if (Math.abs(element.scrollTop - placed.current) > 2) {
      mode.current = below < 8 ? 'end' : 'none';
    }
  };
  const follow = useCallback(
    (to: 'turn' | 'end') => {
      mode.current = to;
      place();
    },
    [place],
  );
  return { log, isAway, onScroll, follow };
}

export default function ChatInterface({
  title = 'Ask Robbie',
  titleLevel = 2,
  greeting = 'What would you like to know?',
  text = 'I answer from the pages of this site, and show where I found it.',
  suggestions = [],
  placeholder = 'Write a question',
  mood = 'focused',
}: Props) {
  const { conversation, view, connection } = useConversation();
  const personality = usePersonality('live');
  const [isAlive, setAlive] = useState(false);
  const [hasHistory, setHistory] = useState(false);
  const [said, announce] = useState('');
  const [length, setLength] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const historyButton = useRef<HTMLButtonElement>(null);
  const fieldId = useId();
  const hintId = useId();
  const { log, isAway, onScroll, follow } = useFollowing(view.turns);

  useEffect(() => setAlive(true), []);

  const lastTurn = view.turns[view.turns.length - 1];
  const last = lastTurn ? shownAnswer(lastTurn) : null;
  const isBusy = view.running !== null;
  useReading(isBusy ? last : null, isBusy ? null : last, announce);

  const level = personality?.mood ?? moodLevel(mood, 3);
  const Title = `h${titleLevel}` as 'h1' | 'h2' | 'h3';

  const backToField = useCallback(() => {
    follow('turn');
    requestAnimationFrame(() => field.current?.focus());
  }, [follow]);

  const ask = (question: string) => {
    if (!conversation.ask(question)) return;
    backToField();
  };

  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    const area = field.current;
    if (!area) return;
    if (isBusy) {
      announce('Robbie is still answering. Escape stops him.');
      return;
    }
    if (!area.value.trim()) {
      area.focus();
      announce('Write a question first.');
      return;
    }
    if (!conversation.ask(area.value)) return;
    area.value = '';
    setLength(0);
    fit(area);
    backToField();
  };

  const stop = () => {
    conversation.stop();
    field.current?.focus();
  };

  const closeHistory = () => {
    setHistory(false);
    requestAnimationFrame(() => historyButton.current?.focus());
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    if (hasHistory) closeHistory();
    else if (isBusy) stop();
    else return;
    event.preventDefault();
  };

  const isOffline = connection.phase === 'offline';
  const state = isOffline
    ? 'You are offline. Your question is sent as soon as you are back.'
    : view.isInterrupted
      ? 'Reconnecting…'
      : view.notice;

  return (
    <section className="section chat-interface" aria-label={title}>
      <div className="chat" onKeyDown={onKeyDown} data-connection={connection.phase}>
        <div className="chat__head">
          <Face level={level} className="chat__portrait" />
          <div className="chat__who">
            <Title className="chat__title">{title}</Title>
            <p className="chat__mood">
              <span className="visually-hidden">Robbie’s mood: </span>
              <strong>{moods[level - 1]!.name}</strong>
              <span className="chat__mood-text"> · {moods[level - 1]!.text}</span>
            </p>
          </div>
          {isAlive ? (
            <div className="chat__tools">
              <button
                ref={historyButton}
                type="button"
                className="chat__tool"
                aria-expanded={hasHistory}
                onClick={() => {
                  if (!hasHistory) void conversation.loadHistory();
                  setHistory(!hasHistory);
                }}
              >
                <Icon name="clock" />
                <span>History</span>
              </button>
              <button
                type="button"
                className="chat__tool"
                disabled={view.turns.length === 0}
                onClick={() => {
                  conversation.clear();
                  setHistory(false);
                  announce('New conversation');
                  backToField();
                }}
              >
                <Icon name="plus" />
                <span>New</span>
              </button>
            </div>
          ) : null}
        </div>

        <div className="chat__body">
          {hasHistory ? (
            <History
              entries={view.history}
              current={view.conversationId}
              conversation={conversation}
              announce={announce}
              onChosen={() => {
                setHistory(false);
                backToField();
              }}
            />
          ) : null}
          <div
            ref={log}
            className="chat__log"
            role="log"
            aria-live="off"
            aria-label="Conversation"
            aria-busy={isBusy || view.isLoading}
            tabIndex={0}
            onScroll={onScroll}
          >
            {view.turns.length === 0 && !view.isLoading ? (
              <div className="chat__welcome">
                <Face level={level} className="chat__welcome-face" />
                <p className="chat__greeting">{greeting}</p>
                <p className="chat__welcome-text">{text}</p>
                <Suggestions suggestions={suggestions} onAsk={ask} />
              </div>
            ) : null}
            {view.isLoading ? <p className="chat__note">Fetching the conversation…</p> : null}
            {view.turns.map((turn, index) => {
              const isLast = index === view.turns.length - 1;
              const isRunning =
                view.running !== null && shownAnswer(turn)?.key === view.running;
              return (
                <TurnView
                  key={turn.key}
                  turn={turn}
                  isLast={isLast}
                  isRunning={isRunning}
                  isBusy={isBusy}
                  level={level}
                  conversation={conversation}
                  announce={announce}
                  onAsked={backToField}
                />
              );
            })}
          </div>
          {isAway ? (
            <button type="button" className="chat__latest" onClick={() => follow('end')}>
              <Icon name="down" />
              Latest
            </button>
          ) : null}
        </div>

        {state ? (
          <p className={`chat__state${isOffline ? ' chat__state--offline' : ''}`}>{state}</p>
        ) : null}

        <form className="chat__form" method="post" action="/api/chat" onSubmit={submit}>
          <label className="visually-hidden" htmlFor={fieldId}>
            Your question
          </label>
          <textarea
            ref={field}
            id={fieldId}
            name="message"
            className="chat__field"
            placeholder={placeholder}
            maxLength={longestMessage}
            rows={1}
            required
            autoComplete="off"
            enterKeyHint="send"
            aria-describedby={hintId}
            onKeyDown={(event) => {
              if (isSendKey(event)) submit(event);
            }}
            onInput={(event) => {
              setLength(event.currentTarget.value.length);
              fit(event.currentTarget);
            }}
          />
          {isBusy ? (
            <button type="button" className="chat__send" aria-label="Stop the answer" onClick={stop}>
              <Icon name="stop" />
            </button>
          ) : (
            <button type="submit" className="chat__send" aria-label="Send">
              <Icon name="send" />
            </button>
          )}
        </form>
        <p className="chat__hint" id={hintId}>
          {length > longestMessage - 500 ? (
            <span>{longestMessage - length} characters left. </span>
          ) : null}
          {isAlive ? (
            <span className="chat__keys">
              <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> starts a line,{' '}
              <kbd>Esc</kbd> stops.
            </span>
          ) : null}
        </p>
        <p className="visually-hidden" role="status">
          {said}
        </p>
      </div>
    </section>
  );
}

/** Gives the field the height of its text where the browser does not do so itself. */
function fit(area: HTMLTextAreaElement) {
  if (CSS.supports('field-sizing', 'content')) return;
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight + 2}px`;
}
