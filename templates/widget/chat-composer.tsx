import {
  type FormEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";
import type { PartProps } from "robbieblocks/chat";
import { longestMessage } from "./chat-conversation";
import { moveFocus } from "./chat-focus";
import { Icon } from "./chat-icon";

interface Props extends PartProps {
  /** The id of the field, and the prefix of related ids. */
  id: string;
  field: RefObject<HTMLTextAreaElement>;
  placeholder: string;
  /** Keyboard hints are shown once the keys work. */
  isAlive: boolean;
  onAsked: () => void;
  onStop: () => void;
}

/** The form for a question. Works without JavaScript. */
export function Composer({
  conversation,
  view,
  announce,
  id,
  field,
  placeholder,
  isAlive,
  onAsked,
  onStop,
}: Props) {
  const [length, setLength] = useState(0);
  const isBusy = view.running !== null;
  const hint = `${id}-hint`;

  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    const area = field.current;
    if (!area) return;
    if (isBusy) {
      announce("Robbie is still answering. Escape stops him.");
      return;
    }
    if (!area.value.trim()) {
      area.focus();
      announce("Write a question first.");
      return;
    }
    if (!conversation.ask(area.value)) return;
    area.value = "";
    setLength(0);
    fit(area);
    onAsked();
  };

  return (
    <>
      <form className="chat__form" method="post" action="/api/chat" onSubmit={submit}>
        <label className="visually-hidden" htmlFor={id}>
          Your question
        </label>
        <textarea
          ref={field}
          id={id}
          name="message"
          className="chat__field"
          placeholder={placeholder}
          maxLength={longestMessage}
          rows={1}
          required
          autoComplete="off"
          enterKeyHint="send"
          aria-describedby={hint}
          onKeyDown={(event) => {
            if (isSendKey(event)) submit(event);
          }}
          onInput={(event) => {
            setLength(event.currentTarget.value.length);
            fit(event.currentTarget);
          }}
        />
        {isBusy ? (
          <button
            type="button"
            className="chat__send"
            aria-label="Stop the answer"
            onClick={onStop}
          >
            <Icon name="stop" />
          </button>
        ) : (
          <button type="submit" className="chat__send" aria-label="Send">
            <Icon name="send" />
          </button>
        )}
      </form>
      <p className="chat__hint" id={hint}>
        {length > longestMessage - 500 ? (
          <span>{longestMessage - length} characters left. </span>
        ) : null}
        {isAlive ? (
          <span className="chat__keys">
            <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> starts a line,{" "}
            <kbd>Esc</kbd> stops.
          </span>
        ) : null}
      </p>
    </>
  );
}

interface EditorProps {
  question: string;
  isBusy: boolean;
  onSend: (text: string) => void;
  onCancel: () => void;
}

/** The form for editing a question that was asked. */
export function QuestionEditor({ question, isBusy, onSend, onCancel }: EditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const area = field.current;
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);
  const send = (event: { preventDefault: () => void }) => {
    event.preventDefault();
    const text = field.current?.value ?? "";
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
          if (event.key === "Escape") {
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

/** Suggested first questions. Works without JavaScript: each suggestion is a form of its own. */
export function Suggestions({
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
      onKeyDown={(event) => moveFocus(event, "button")}
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

/** Whether a key press in a text field sends the text. */
function isSendKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
  // An input method uses Enter to choose a word.
  return event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;
}

/** Adjusts the field's height to its text where the browser does not do so itself. */
function fit(area: HTMLTextAreaElement) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}
