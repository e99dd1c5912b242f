// The visible state of one conversation, as a value, and every action that changes it. There is no
// waiting, storage or network access here, so that each action can be tested by itself.

// The types that components use are declared in robbieblocks.d.ts.
import type { Answer, AnswerStatus, Citation, Failure, Turn } from "robbieblocks/chat";

export type { Answer, AnswerStatus, Citation, Failure, Turn };

export interface ConversationState {
  conversationId: string | null;
  turns: Turn[];
  /** The key of the answer in progress. */
  running: string | null;
  isLoading: boolean;
}

/** A message in the response of `GET /api/conversations/{id}/messages`. */
export interface StoredMessage {
  id: string;
  role: string;
  content: string;
  status?: string | null;
  source?: string | null;
  model?: string | null;
  citations?: Citation[] | null;
  parent_id?: string | null;
  /** False for messages that were replaced by an edit or a new answer. */
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
  /** The whole answer, in case the pieces before were incomplete. */
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

/** Changes one turn and keeps all other objects, so that they need not be rendered again. */
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
      // Later messages belonged to another question.
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
      // A failed attempt without any text is removed.
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
          // The text so far is kept, and marked as incomplete.
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
      // The answer to the last question is in progress; it is read from its beginning.
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
      // The conversation no longer exists on the server; the next message starts a new one.
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

/** Keeps only citations of pages on this site; references to others stay text. */
export function citationsOf(citations: Citation[] | null | undefined): Citation[] {
  return (Array.isArray(citations) ? citations : [])
    .filter((one) => typeof one?.route === "string" && /^\/(?![/\\])/.test(one.route))
    .slice(0, 20);
}

/** Groups stored messages, oldest first, into questions with their answers. */
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
      // An answer to a replaced question is not shown.
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
    // The question has no stored answer: offer to ask it again.
    if (turn.answers.length === 0) {
      turn.answers.push({ ...newAnswer(`${turn.key}-none`), status: "failed" });
    }
  }
  return turns;
}

/** Returns the answer that a turn shows; null when it has none. */
export function shownAnswer(turn: Turn): Answer | null {
  return turn.answers[turn.shown] ?? null;
}
