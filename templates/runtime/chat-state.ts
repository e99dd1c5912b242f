// What a visitor sees of one conversation, as a value, and every step that changes it. Nothing here
// waits, stores or sends, so that each step can be tested as it is.

// What components see of it is declared for them, in robbieblocks.d.ts.
import type { Answer, AnswerStatus, Citation, Failure, Turn } from "robbieblocks/chat";

export type { Answer, AnswerStatus, Citation, Failure, Turn };

export interface ConversationState {
  conversationId: string | null;
  turns: Turn[];
  /** The key of the answer that is being written. */
  running: string | null;
  isLoading: boolean;
}

/** A message as `GET /api/conversations/{id}/messages` gives it. */
export interface StoredMessage {
  id: string;
  role: string;
  content: string;
  status?: string | null;
  source?: string | null;
  model?: string | null;
  citations?: Citation[] | null;
  parent_id?: string | null;
  /** False for what was edited away or answered anew. */
  is_current?: boolean;
  /** The ids of this message's versions, oldest first. */
  versions?: string[];
}

export type Action =
  | { type: "asked"; turn: string; answer: string; question: string }
  | { type: "edited"; turn: string; next: string; answer: string; question: string }
  | { type: "regenerated"; turn: string; answer: string }
  | { type: "retried"; turn: string; answer: string }
  | { type: "began"; answer: string; conversationId: string; questionId?: string; id: string }
  | { type: "written"; answer: string; text: string }
  | { type: "ended"; answer: string; end: AnswerEnd }
  | { type: "failed"; answer: string; failure: Failure }
  | { type: "shown"; turn: string; index: number }
  | { type: "loading" }
  | { type: "loaded"; conversationId: string | null; messages: StoredMessage[] }
  | { type: "followed"; id: string }
  | { type: "lost" }
  | { type: "cleared" };

export interface AnswerEnd {
  status: string;
  source?: string | null;
  model?: string | null;
  citations?: Citation[] | null;
  /** All of the answer, when what came before may not have been all. */
  content?: string | null;
}

export const emptyConversation: ConversationState = Object.freeze({
  conversationId: null,
  turns: [],
  running: null,
  isLoading: false,
}) as ConversationState;

const finalStatuses = new Set(["complete", "cut_off", "stopped", "failed"]);

function newAnswer(key: string): Answer {
  return {
    key,
    id: null,
    text: "",
    status: "waiting",
    source: null,
    model: null,
    citations: [],
    failure: null,
  };
}

function newTurn(key: string, question: string, answer: string): Turn {
  return { key, questionId: null, question, answers: [newAnswer(answer)], shown: 0 };
}

/** Changes one turn, and leaves every other the same object, so that it need not be shown anew. */
function withTurn(
  state: ConversationState,
  matches: (turn: Turn) => boolean,
  change: (turn: Turn) => Turn,
): ConversationState {
  const index = state.turns.findIndex(matches);
  if (index < 0) return state;
  const turns = state.turns.slice();
  turns[index] = change(turns[index]!);
  return { ...state, turns };
}

function withAnswer(
  state: ConversationState,
  key: string,
  change: (answer: Answer) => Answer,
  changeTurn: (turn: Turn) => Turn = (turn) => turn,
): ConversationState {
  return withTurn(
    state,
    (turn) => turn.answers.some((answer) => answer.key === key),
    (turn) =>
      changeTurn({
        ...turn,
        answers: turn.answers.map((answer) => (answer.key === key ? change(answer) : answer)),
      }),
  );
}

function addAnswer(turn: Turn, key: string): Turn {
  return { ...turn, answers: [...turn.answers, newAnswer(key)], shown: turn.answers.length };
}

export function conversationReducer(state: ConversationState, action: Action): ConversationState {
  switch (action.type) {
    case "asked":
      return {
        ...state,
        turns: [...state.turns, newTurn(action.turn, action.question, action.answer)],
        running: action.answer,
      };
    case "edited": {
      // What followed was said about another question.
      const index = state.turns.findIndex((turn) => turn.key === action.turn);
      if (index < 0) return state;
      const next = newTurn(action.next, action.question, action.answer);
      return {
        ...state,
        turns: [...state.turns.slice(0, index), next],
        running: action.answer,
      };
    }
    case "regenerated":
      return {
        ...withTurn(
          state,
          (turn) => turn.key === action.turn,
          (turn) => addAnswer(turn, action.answer),
        ),
        running: action.answer,
      };
    case "retried":
      // An attempt of which nothing came leaves nothing behind.
      return {
        ...withTurn(
          state,
          (turn) => turn.key === action.turn,
          (turn) =>
            addAnswer(
              {
                ...turn,
                answers: turn.answers.filter(
                  (answer) => answer.status !== "failed" || answer.text !== "",
                ),
              },
              action.answer,
            ),
        ),
        running: action.answer,
      };
    case "began":
      return {
        ...withAnswer(
          state,
          action.answer,
          (answer) => ({ ...answer, id: action.id }),
          (turn) => ({ ...turn, questionId: action.questionId ?? turn.questionId }),
        ),
        conversationId: action.conversationId,
      };
    case "written":
      return withAnswer(state, action.answer, (answer) => ({
        ...answer,
        status: "streaming",
        text: answer.text + action.text,
      }));
    case "ended":
      return {
        ...withAnswer(state, action.answer, (answer) => ({
          ...answer,
          status: finalStatuses.has(action.end.status)
            ? (action.end.status as AnswerStatus)
            : "complete",
          text: action.end.content ?? answer.text,
          source: sourceOf(action.end.source),
          model: action.end.model ?? null,
          citations: citationsOf(action.end.citations),
        })),
        running: state.running === action.answer ? null : state.running,
      };
    case "failed":
      return {
        ...withAnswer(state, action.answer, (answer) => ({
          ...answer,
          // What was said stays, and is marked as not all of it.
          status: answer.text ? "cut_off" : "failed",
          failure: action.failure,
        })),
        running: state.running === action.answer ? null : state.running,
      };
    case "shown":
      return withTurn(
        state,
        (turn) => turn.key === action.turn,
        (turn) => ({
          ...turn,
          shown: Math.min(Math.max(action.index, 0), turn.answers.length - 1),
        }),
      );
    case "loading":
      return { ...emptyConversation, isLoading: true };
    case "loaded":
      return {
        ...emptyConversation,
        conversationId: action.conversationId,
        turns: turnsOf(action.messages),
      };
    case "followed": {
      // The answer to the last question is being written; it is read from its first word.
      const last = state.turns[state.turns.length - 1];
      if (!last) return state;
      const isThere = last.answers.some((answer) => answer.id === action.id);
      const fresh: Answer = { ...newAnswer(action.id), id: action.id };
      const answers = isThere
        ? last.answers.map((answer) => (answer.id === action.id ? fresh : answer))
        : [...last.answers.filter((answer) => answer.id !== null), fresh];
      const shown = answers.indexOf(fresh);
      return {
        ...state,
        turns: [...state.turns.slice(0, -1), { ...last, answers, shown }],
        running: action.id,
      };
    }
    case "lost":
      // The server has no such conversation any more; what is said next begins another.
      return {
        ...state,
        conversationId: null,
        turns: state.turns.map((turn) => ({ ...turn, questionId: null })),
      };
    case "cleared":
      return emptyConversation;
  }
}

function sourceOf(source: string | null | undefined): Answer["source"] {
  return source === "model" || source === "retrieval" ? source : null;
}

/** Only places on this site are cited; what else a citation says is text. */
export function citationsOf(citations: Citation[] | null | undefined): Citation[] {
  return (Array.isArray(citations) ? citations : [])
    .filter((one) => typeof one?.route === "string" && /^\/(?![/\\])/.test(one.route))
    .slice(0, 20);
}

/** Puts stored messages, oldest first, back into questions with their answers. */
export function turnsOf(messages: StoredMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === "user") {
      if (message.is_current === false) continue;
      turns.push({
        key: message.id,
        questionId: message.id,
        question: message.content,
        answers: [],
        shown: 0,
      });
    } else if (message.role === "assistant") {
      const turn = message.parent_id
        ? turns.find((one) => one.questionId === message.parent_id)
        : turns[turns.length - 1];
      // An answer to a question that was edited away is not shown.
      if (!turn) continue;
      turn.answers.push({
        ...newAnswer(message.id),
        id: message.id,
        text: message.content,
        status: finalStatuses.has(message.status ?? "complete")
          ? ((message.status ?? "complete") as AnswerStatus)
          : "streaming",
        source: sourceOf(message.source),
        model: message.model ?? null,
        citations: citationsOf(message.citations),
      });
      if (message.is_current !== false) turn.shown = turn.answers.length - 1;
    }
  }
  for (const turn of turns) {
    // The question is there and its answer never was: it can be asked for again.
    if (turn.answers.length === 0) {
      turn.answers.push({ ...newAnswer(`${turn.key}-none`), status: "failed" });
    }
  }
  return turns;
}

/** The answer that a turn shows; null when it has none. */
export function shownAnswer(turn: Turn): Answer | null {
  return turn.answers[turn.shown] ?? null;
}
