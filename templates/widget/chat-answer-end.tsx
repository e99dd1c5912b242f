import { useEffect, useId, useState } from "react";
import type { Announce, Answer, Citation, Conversation, Turn } from "robbieblocks/chat";
import { Icon } from "./chat-icon";
import { CopyButton, addressOf, placeOf } from "./chat-markdown-view";
import { noteOf } from "./chat-note";

interface Props {
  turn: Turn;
  answer: Answer;
  isLast: boolean;
  isBusy: boolean;
  conversation: Conversation;
  announce: Announce;
  onAsked: () => void;
}

/** The footer of a finished answer: its source, and the actions on it. */
export function AnswerEnd({
  turn,
  answer,
  isLast,
  isBusy,
  conversation,
  announce,
  onAsked,
}: Props) {
  const count = turn.answers.length;
  const note = noteOf(answer);
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
        {!isLast || isBusy ? null : answer.status === "complete" ? (
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
        ) : (
          <RetryButton
            at={answer.failure?.retryAt}
            onRetry={() => {
              conversation.retry(turn.key);
              onAsked();
            }}
          />
        )}
        {answer.source ? (
          <span className="chat__origin">
            {answer.source === "retrieval"
              ? "Quoted from this site’s pages"
              : `Written by ${answer.model ?? "a language model"}`}
          </span>
        ) : null}
      </div>
    </>
  );
}

/** The pages of this site that the answer cites. */
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
            <a href={addressOf(citation)}>
              <span className="chat__sources-number" aria-hidden="true">
                {citation.number ?? index + 1}
              </span>
              {placeOf(citation)}
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** A retry button, disabled for as long as the server asked to wait. */
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
      {seconds > 0 ? `Try again in ${seconds} s` : "Try again"}
    </button>
  );
}
