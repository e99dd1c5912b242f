import { memo, useRef, useState } from "react";
import type { PartProps, Turn } from "robbieblocks/chat";
import { AnswerEnd } from "./chat-answer-end";
import { QuestionEditor } from "./chat-composer";
import { Icon } from "./chat-icon";
import { Markdown } from "./chat-markdown-view";
import { shownAnswer } from "./chat-state";
import { Waiting } from "./chat-waiting";
import { Face } from "./robbie-face";

interface Props extends PartProps {
  /** The level of Robbie's mood, shown by the face of every answer. */
  level: number;
  /** The level of the top headings in answers. */
  headingLevel?: number;
  /** Called when a question or another answer is requested. */
  onAsked: () => void;
}

/** All questions of a conversation with their answers. */
export function Turns({ view, ...around }: Props) {
  const { turns, running } = view;
  return (
    <>
      {turns.map((turn, index) => (
        <TurnView
          key={turn.key}
          turn={turn}
          isLast={index === turns.length - 1}
          isRunning={running !== null && shownAnswer(turn)?.key === running}
          isBusy={running !== null}
          {...around}
        />
      ))}
    </>
  );
}

interface TurnProps extends Omit<Props, "view"> {
  turn: Turn;
  isLast: boolean;
  isRunning: boolean;
  isBusy: boolean;
}

// While an answer is written, only its own turn is rendered again.
const TurnView = memo(function TurnView(props: TurnProps) {
  const { turn, isRunning, isBusy, announce } = props;
  const answer = shownAnswer(turn);
  return (
    <div className="chat__turn">
      <Question
        question={turn.question}
        isBusy={isBusy}
        onSend={(text) => {
          if (props.conversation.edit(turn.key, text)) props.onAsked();
        }}
      />
      {answer ? (
        <div className="chat__answer" aria-busy={isRunning}>
          <Face level={props.level} className="chat__face" />
          <div className="chat__text">
            <span className="visually-hidden">Robbie answered: </span>
            {answer.text ? (
              <Markdown
                text={answer.text}
                isOpen={isRunning}
                headingLevel={props.headingLevel}
                announce={announce}
                citations={answer.citations}
              />
            ) : null}
            {isRunning && !answer.text ? <Waiting announce={announce} /> : null}
            {isRunning ? null : <AnswerEnd {...props} answer={answer} />}
          </div>
        </div>
      ) : null}
    </div>
  );
});

interface QuestionProps {
  question: string;
  isBusy: boolean;
  onSend: (text: string) => void;
}

/** A question, which can be edited and asked again. */
function Question({ question, isBusy, onSend }: QuestionProps) {
  const [isEditing, setEditing] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);

  if (isEditing) {
    return (
      <QuestionEditor
        question={question}
        isBusy={isBusy}
        onSend={onSend}
        onCancel={() => {
          setEditing(false);
          requestAnimationFrame(() => editButton.current?.focus());
        }}
      />
    );
  }
  return (
    <div className="chat__question">
      <p>
        <span className="visually-hidden">You asked: </span>
        {question}
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
  );
}
