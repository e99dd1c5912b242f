import { useEffect, useState, useSyncExternalStore } from "react";
import { AnswerRun, type AnswerEvent, type AnswerRequest, failureOf } from "./chat-answer";
import { handedQuestion, takeQuestions } from "./robbie-handover";
import { chatSocket, type SocketState } from "./robbie-socket";
import {
  type Action,
  type ConversationState,
  type StoredMessage,
  conversationReducer,
  emptyConversation,
} from "./chat-state";

/** Maximum number of characters in a message. */
export const longestMessage = 4_000;

export interface HistoryEntry {
  id: string;
  title: string;
  updated_at: string;
}

export interface ConversationView extends ConversationState {
  /** Whether the connection broke while an answer was being written. */
  isInterrupted: boolean;
  /** Null until it was requested. */
  history: HistoryEntry[] | null;
  /** A problem that does not belong to an answer, shown until the next action. */
  notice: string | null;
}

interface Page<Item> {
  items: Item[];
  /** The cursor of the next older page; null at the end. */
  next: string | null;
}

/** Maximum number of pages loaded per conversation, and of answers whose versions are loaded. */
const pageLimit = 10;
const versionLimit = 20;

const storageKey = "robbieblocks.conversation";
const first: ConversationView = Object.freeze({
  ...emptyConversation,
  isInterrupted: false,
  history: null,
  notice: null,
});

/** A conversation with the node's chat service, and the visitor's list of them. */
export class Conversation {
  /** Whether the page was opened with a question that was typed on another page. */
  wasHandedQuestion = false;
  private view = first;
  private run: AnswerRun | null = null;
  private running: string | null = null;
  private unshown = "";
  private flushHandle = 0;
  private readonly watchers = new Set<() => void>();

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly read = () => this.view;

  /** Connects, and opens the browser's last conversation. */
  start(): () => void {
    const release = chatSocket().acquire();
    const stopTaking = takeQuestions((question) => this.ask(question));
    const question = handedQuestion();
    if (question) this.wasHandedQuestion = true;
    const kept = keptPlace();
    if (kept) void this.open(kept.conversation, true).then(() => question && this.ask(question));
    else if (question) this.ask(question);
    return () => {
      stopTaking();
      this.leave();
      release();
    };
  }

  /** Asks a question. Returns whether it was sent; only one answer is written at a time. */
  ask(text: string): boolean {
    const message = text.trim();
    if (!message || this.view.running) return false;
    const answer = newKey();
    this.apply({ type: "asked", turn: newKey(), answer, question: message });
    this.send(answer, { message });
    return true;
  }

  /** Asks `text` in place of an earlier question; later messages are dropped. */
  edit(turnKey: string, text: string): boolean {
    const message = text.trim();
    const turn = this.view.turns.find((one) => one.key === turnKey);
    if (!turn || !message || this.view.running) return false;
    const answer = newKey();
    this.apply({ type: "edited", turn: turnKey, next: newKey(), answer, question: message });
    this.send(answer, { message, ...(turn.questionId ? { edit: turn.questionId } : {}) });
    return true;
  }

  /** Asks for another answer to the last question; the existing one is kept. */
  regenerate(turnKey: string) {
    const turn = this.view.turns.find((one) => one.key === turnKey);
    const id = turn?.answers[turn.shown]?.id;
    if (!turn || !id || this.view.running) return;
    const answer = newKey();
    this.apply({ type: "regenerated", turn: turnKey, answer });
    this.send(answer, { message: turn.question, regenerate: id });
  }

  /** Retries a question that failed. */
  retry(turnKey: string) {
    const turn = this.view.turns.find((one) => one.key === turnKey);
    const failed = turn?.answers[turn.shown];
    if (!turn || !failed || this.view.running) return;
    const { questionId } = turn;
    // With the same key, a question that did arrive is not asked twice.
    const answer = questionId || failed.id ? newKey() : failed.key;
    this.apply({ type: "retried", turn: turnKey, answer });
    this.send(answer, {
      message: turn.question,
      ...(questionId ? { regenerate: questionId } : {}),
    });
  }

  stop() {
    this.run?.stop();
  }

  show(turnKey: string, index: number) {
    this.apply({ type: "shown", turn: turnKey, index });
  }

  /** Starts another conversation; an answer in progress is completed in its own. */
  clear() {
    this.leave();
    keepPlace(null);
    this.apply({ type: "cleared" });
  }

  async open(id: string, isQuiet = false) {
    this.leave();
    this.apply({ type: "loading" });
    const messages = await this.loadMessages(id, isQuiet);
    if (!this.view.isLoading) return;
    if (!messages) {
      keepPlace(null);
      this.apply({ type: "cleared" }, { notice: this.view.notice });
      return;
    }
    const kept = keptPlace();
    this.apply({ type: "loaded", conversationId: id, messages });
    const last = this.view.turns[this.view.turns.length - 1];
    const answer = last?.answers[last.shown];
    // An answer that is not stored yet may still be in progress.
    const isOpen = answer?.status === "streaming" || answer?.id === null;
    const running = kept?.conversation === id ? kept.answer : answer?.id;
    keepPlace({ conversation: id });
    if (isOpen && running) this.follow(running);
  }

  async loadHistory() {
    const page = await this.load<HistoryEntry>("/api/conversations", "conversations", false);
    this.set({ history: page?.items ?? this.view.history ?? [] });
  }

  /** Loads the messages of a conversation, oldest first, with the other versions of its answers. */
  private async loadMessages(id: string, isQuiet: boolean): Promise<StoredMessage[] | null> {
    const path = `/api/conversations/${encodeURIComponent(id)}/messages`;
    let messages: StoredMessage[] = [];
    let before: string | null = null;
    for (let page = 0; page < pageLimit; page += 1) {
      const query: string = before ? `?before=${encodeURIComponent(before)}` : "";
      const part: Page<StoredMessage> | null = await this.load(path + query, "messages", isQuiet);
      if (!part) return page === 0 ? null : messages;
      messages = [...part.items, ...messages];
      before = part.next;
      if (!before) break;
    }
    const versioned = messages
      .filter((one) => one.role === "assistant" && (one.versions?.length ?? 0) > 1)
      .slice(-versionLimit);
    const others = await Promise.all(
      versioned.map((one) =>
        this.load<StoredMessage>(
          `/api/messages/${encodeURIComponent(one.id)}/versions`,
          "messages",
          true,
        ),
      ),
    );
    const known = new Map(
      versioned.map((one, index) => [one.id, others[index]?.items ?? []] as const),
    );
    return messages.flatMap((one) => {
      const versions = known.get(one.id) ?? [];
      return versions.some((version) => version.id === one.id) ? versions : [one];
    });
  }

  /** Deletes a conversation permanently. */
  async remove(id: string): Promise<boolean> {
    try {
      const answer = await fetch(`/api/conversations/${encodeURIComponent(id)}`, {
        method: "DELETE",
      });
      if (!answer.ok && answer.status !== 404) {
        this.set({ notice: (await failureOf(answer)).message });
        return false;
      }
    } catch {
      this.set({ notice: "The conversation was not deleted: Robbie cannot be reached." });
      return false;
    }
    this.set({ history: (this.view.history ?? []).filter((one) => one.id !== id), notice: null });
    if (this.view.conversationId === id) this.clear();
    return true;
  }

  /** Loads a page of a list; null when that fails. */
  private async load<Item>(
    path: string,
    field: string,
    isQuiet: boolean,
  ): Promise<Page<Item> | null> {
    let notice: string;
    try {
      const answer = await fetch(path, { headers: { accept: "application/json" } });
      if (answer.ok) {
        const body = (await answer.json()) as Record<string, unknown>;
        const list = body[field];
        this.set({ notice: null });
        return {
          items: Array.isArray(list) ? (list as Item[]) : [],
          next: typeof body.next === "string" ? body.next : null,
        };
      }
      notice = (await failureOf(answer)).message;
    } catch {
      notice = "Robbie cannot be reached just now.";
    }
    if (!isQuiet) this.set({ notice });
    return null;
  }

  private send(answer: string, request: AnswerRequest) {
    const { conversationId } = this.view;
    this.begin(
      answer,
      new AnswerRun(
        answer,
        conversationId ? { ...request, conversation_id: conversationId } : request,
        (event) => this.take(answer, event),
      ),
    );
  }

  /** Follows an answer that was in progress before this page was opened. */
  private follow(id: string) {
    this.apply({ type: "followed", id });
    this.begin(
      id,
      new AnswerRun(
        id,
        { message: "", conversation_id: this.view.conversationId ?? "" },
        (event) => this.take(id, event),
        id,
      ),
    );
  }

  private begin(answer: string, run: AnswerRun) {
    this.run = run;
    this.running = answer;
    this.set({ isInterrupted: false, notice: null });
    run.start();
  }

  private take(answer: string, event: AnswerEvent) {
    if (this.running !== answer) return;
    switch (event.type) {
      case "began": {
        const { type: _, ...began } = event;
        keepPlace({ conversation: event.conversationId, answer: event.id });
        this.apply({ type: "began", answer, ...began }, { isInterrupted: false });
        break;
      }
      case "text":
        // A screen shows at most one state per frame, and a hidden page none.
        this.unshown += event.text;
        if (!this.flushHandle) {
          this.flushHandle = window.setTimeout(() => this.flush(), document.hidden ? 500 : 40);
        }
        break;
      case "interrupted":
        this.flush();
        this.set({ isInterrupted: true });
        break;
      case "ended":
        this.flush();
        this.over();
        this.apply({ type: "ended", answer, end: event.end }, { isInterrupted: false });
        this.keepConversation();
        break;
      case "failed":
        this.flush();
        this.over();
        this.apply({ type: "failed", answer, failure: event.failure }, { isInterrupted: false });
        if (event.failure.code === "conversation_not_found") this.apply({ type: "lost" });
        this.keepConversation();
        // The server no longer has the stream; the stored messages have the result.
        if (event.failure.code === "message_not_found" && this.view.conversationId) {
          void this.open(this.view.conversationId, true);
        }
        break;
    }
  }

  private flush() {
    clearTimeout(this.flushHandle);
    this.flushHandle = 0;
    const text = this.unshown;
    this.unshown = "";
    if (text && this.running) {
      this.apply({ type: "written", answer: this.running, text }, { isInterrupted: false });
    }
  }

  private keepConversation() {
    const { conversationId } = this.view;
    keepPlace(conversationId ? { conversation: conversationId } : null);
  }

  private leave() {
    this.run?.detach();
    this.flush();
    this.over();
  }

  private over() {
    this.run = null;
    this.running = null;
  }

  private apply(action: Action, beside: Partial<ConversationView> = {}) {
    const { isInterrupted, history, notice, ...state } = this.view;
    this.set({ ...conversationReducer(state, action), ...beside });
  }

  private set(change: Partial<ConversationView>) {
    this.view = { ...this.view, ...change };
    for (const watcher of [...this.watchers]) watcher();
  }
}

function newKey(): string {
  // `randomUUID` is only available over https.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The visitor's last position: the conversation, and the answer in progress in it. */
interface Place {
  conversation: string;
  answer?: string;
}

function keptPlace(): Place | null {
  try {
    const place: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "null");
    const isPlace = place !== null && typeof place === "object" && "conversation" in place;
    return isPlace && typeof place.conversation === "string" ? (place as Place) : null;
  } catch {
    return null;
  }
}

function keepPlace(place: Place | null) {
  try {
    if (place) localStorage.setItem(storageKey, JSON.stringify(place));
    else localStorage.removeItem(storageKey);
  } catch {
    /* The conversation can then still be opened from the list. */
  }
}

const idle: SocketState = Object.freeze({ phase: "idle", failures: 0 });
const watchSocket = (watcher: () => void) => chatSocket().watch(watcher);
const readSocket = () => chatSocket().state;

/** Returns a conversation, its current view and the state of its connection. */
export function useConversation(): {
  conversation: Conversation;
  view: ConversationView;
  connection: SocketState;
} {
  const [conversation] = useState(() => new Conversation());
  const view = useSyncExternalStore(conversation.watch, conversation.read, () => first);
  const connection = useSyncExternalStore(watchSocket, readSocket, () => idle);
  useEffect(() => conversation.start(), [conversation]);
  return { conversation, view, connection };
}
