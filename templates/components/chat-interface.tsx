import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import {
  Composer,
  History,
  Icon,
  Suggestions,
  Turns,
  shownAnswer,
  useConversation,
  useFollowing,
  useReading,
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
  const field = useRef<HTMLTextAreaElement>(null);
  const historyButton = useRef<HTMLButtonElement>(null);
  const fieldId = useId();
  const { log, isAway, onScroll, follow } = useFollowing(view.turns);

  const part = { conversation, view, announce };

  useEffect(() => setAlive(true), []);
  // The field in which the question was written is on the previous page.
  useEffect(() => {
    if (conversation.wasHandedQuestion) field.current?.focus({ preventScroll: true });
  }, [conversation]);

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
    if (conversation.ask(question)) backToField();
  };

  const stop = () => {
    conversation.stop();
    field.current?.focus();
  };

  const begin = () => {
    conversation.clear();
    setHistory(false);
    announce('New conversation');
    backToField();
  };

  const toggleHistory = () => {
    if (!hasHistory) void conversation.loadHistory();
    setHistory(!hasHistory);
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
              <span className="visually-hidden">
                Robbie’s mood: <strong>{moods[level - 1]!.name}</strong>, {moods[level - 1]!.text}.{' '}
              </span>
              Answers from this site
            </p>
          </div>
          {isAlive ? (
            <div className="chat__tools">
              <button
                ref={historyButton}
                type="button"
                className="chat__tool"
                aria-expanded={hasHistory}
                onClick={toggleHistory}
              >
                <Icon name="clock" />
                <span>History</span>
              </button>
              <button
                type="button"
                className="chat__tool"
                disabled={view.turns.length === 0}
                onClick={begin}
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
              {...part}
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
            <Turns
              {...part}
              level={level}
              headingLevel={titleLevel + 1}
              onAsked={backToField}
            />
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

        <Composer
          {...part}
          id={fieldId}
          field={field}
          placeholder={placeholder}
          isAlive={isAlive}
          onAsked={backToField}
          onStop={stop}
        />
        <p className="visually-hidden" role="status">
          {said}
        </p>
      </div>
    </section>
  );
}
