import { EventParser } from "./chat-events";
import { backOff, chatSocket, type SocketMessage } from "./robbie-socket";
import type { AnswerEnd, Citation, Failure } from "./chat-state";

/** The body of `POST /api/chat` and of `send_message`. */
export interface AnswerRequest {
  message: string;
  conversation_id?: string;
  /** The id of the question that this one replaces. */
  edit?: string;
  /** The id of the answer to which an alternative is requested. */
  regenerate?: string;
}

export type AnswerEvent =
  | { type: "began"; conversationId: string; questionId?: string; id: string }
  | { type: "text"; text: string }
  /** The connection was lost and is being restored. */
  | { type: "interrupted" }
  | { type: "ended"; end: AnswerEnd }
  | { type: "failed"; failure: Failure };

type Outcome = "done" | "lost" | "unauthorized";

/** Milliseconds without data after which a connection counts as dead. */
const silence = 45_000;
/** Milliseconds to wait for the socket to open before the question is sent by HTTP. */
const socketPatience = 1_500;
const attemptsAtFirst = 4;
const attemptsOnceBegun = 9;

/**
 * One answer in progress, over the socket if there is one, or else an HTTP stream.
 *
 * When a connection breaks, the rest is requested over the next one, and no text is shown twice. A
 * question without any reply is sent again with the same key, which the server accepts only once.
 */
export class AnswerRun {
  private id: string | null;
  private conversationId: string | null;
  private lastEvent = 0;
  private isOver = false;
  private wantsStop = false;
  private stopTimer = 0;
  private abort: AbortController | null = null;
  private wake: (() => void) | null = null;
  private readonly key: string;
  private readonly request: AnswerRequest;
  private readonly report: (event: AnswerEvent) => void;

  /**
   * @param key identifies the question: sending it again with the same key does not ask it twice.
   * @param known the answer's id when it is already in progress and only has to be followed.
   */
  constructor(
    key: string,
    request: AnswerRequest,
    report: (event: AnswerEvent) => void,
    known: string | null = null,
  ) {
    this.key = key;
    this.request = request;
    this.report = report;
    this.id = known;
    this.conversationId = request.conversation_id ?? null;
  }

  start() {
    chatSocket().setBusy(this, true);
    void this.deliver();
  }

  /** Asks the server to stop; the text so far is kept. */
  stop() {
    if (this.isOver || this.wantsStop) return;
    this.wantsStop = true;
    this.sendStop();
    this.stopTimer = window.setTimeout(() => this.end({ status: "stopped" }), 3_000);
  }

  /** Stops listening; the server continues the answer. */
  detach() {
    this.isOver = true;
    clearTimeout(this.stopTimer);
    chatSocket().setBusy(this, false);
    this.abort?.abort();
    this.wake?.();
  }

  private async deliver() {
    let failures = 0;
    let hasNewToken = false;
    while (!this.isOver) {
      const before = this.lastEvent;
      const socket = chatSocket();
      const outcome = (await socket.ready(socketPatience))
        ? await this.overSocket()
        : await this.overHTTP();
      if (outcome === "done" || this.isOver) return;
      if (outcome === "unauthorized" && !hasNewToken) {
        // That response cleared the invalid token, so the next request gets a new one.
        hasNewToken = true;
        continue;
      }
      failures = this.lastEvent > before ? 1 : failures + 1;
      if (failures > (this.id ? attemptsOnceBegun : attemptsAtFirst)) {
        this.fail({ code: "unreachable", message: "Robbie cannot be reached just now." });
        return;
      }
      this.report({ type: "interrupted" });
      await this.pause(navigator.onLine ? backOff(failures, Math.random()) : 60_000);
    }
  }

  /** Waits, and ends early when the connection or the network comes back. */
  private async pause(milliseconds: number) {
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        stop();
        removeEventListener("online", end);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      const stop = chatSocket().watch(() => {
        if (chatSocket().state.phase === "open") end();
      });
      addEventListener("online", end);
      this.wake = end;
    });
  }

  private async overSocket(): Promise<Outcome> {
    const socket = chatSocket();
    return await new Promise((resolve) => {
      const end = (outcome: Outcome) => {
        clearTimeout(timer);
        stopReading();
        stopWatching();
        this.wake = null;
        resolve(outcome);
      };
      const renew = () => {
        end("lost");
        socket.renew();
      };
      let timer = setTimeout(renew, silence);
      const stopReading = socket.read((message) => {
        if (!this.isMine(message)) return;
        clearTimeout(timer);
        timer = setTimeout(renew, silence);
        if (this.take(message.type, message, message.id)) end("done");
      });
      const stopWatching = socket.watch(() => {
        if (socket.state.phase !== "open") end("lost");
      });
      this.wake = () => end("done");
      const isSent = socket.send(
        this.id
          ? { type: "resume", message_id: this.id, after: this.lastEvent }
          : {
              type: "send_message",
              ...this.request,
              request_id: this.key,
              idempotency_key: this.key,
            },
      );
      if (!isSent) end("lost");
    });
  }

  private isMine(message: SocketMessage): boolean {
    return (
      message.request_id === this.key || (this.id !== null && message.message_id === this.id)
    );
  }

  private async overHTTP(): Promise<Outcome> {
    const abort = new AbortController();
    this.abort = abort;
    let timer = setTimeout(() => abort.abort(), silence);
    try {
      const answer = this.id
        ? await fetch(`/api/messages/${encodeURIComponent(this.id)}/stream`, {
            headers: { accept: "text/event-stream", "last-event-id": String(this.lastEvent) },
            signal: abort.signal,
          })
        : await fetch("/api/chat", {
            method: "POST",
            headers: {
              accept: "text/event-stream",
              "content-type": "application/json",
              "idempotency-key": this.key,
            },
            body: JSON.stringify({ ...this.request, idempotency_key: this.key }),
            signal: abort.signal,
          });
      if (answer.status === 401) return "unauthorized";
      if (!answer.ok || !answer.body) {
        const failure = await failureOf(answer);
        // Errors while nginx has no upstream, or while the service restarts, are temporary.
        if (answer.status >= 502 || failure.code === "shutting_down") return "lost";
        this.fail(failure);
        return "done";
      }
      if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) return "lost";
      const parser = new EventParser();
      const decoder = new TextDecoder();
      const reader = answer.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return "lost";
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), silence);
        for (const event of parser.push(decoder.decode(value, { stream: true }))) {
          const fields: unknown = JSON.parse(event.data);
          if (fields === null || typeof fields !== "object") continue;
          if (this.take(event.name, fields as Record<string, unknown>, event.id)) {
            abort.abort();
            return "done";
          }
        }
      }
    } catch {
      return "lost";
    } finally {
      clearTimeout(timer);
      this.abort = null;
    }
  }

  /** Processes one event. Returns whether it was the last. */
  private take(name: string, fields: Record<string, unknown>, event: unknown): boolean {
    if (this.isOver) return true;
    const number = Number(event);
    if (number > 0) {
      if (number <= this.lastEvent) return false;
      this.lastEvent = number;
    }
    if (
      this.id === null &&
      typeof fields.message_id === "string" &&
      typeof fields.conversation_id === "string"
    ) {
      this.begin(fields, fields.message_id, fields.conversation_id);
    }
    switch (name) {
      case "chunk":
      case "message_chunk":
        if (typeof fields.text === "string" && fields.text) {
          this.report({ type: "text", text: fields.text });
        }
        return false;
      case "complete":
      case "message_complete":
        this.end({
          status: String(fields.status ?? "complete"),
          source: fields.source as string | null,
          model: typeof fields.model === "string" ? fields.model : null,
          citations: fields.citations as Citation[] | null,
          content: typeof fields.content === "string" ? fields.content : null,
        });
        return true;
      case "error":
        this.fail(
          failureFrom(fields, Number(fields.retry_after)),
        );
        return true;
      default:
        return false;
    }
  }

  private begin(fields: Record<string, unknown>, id: string, conversationId: string) {
    this.id = id;
    this.conversationId = conversationId;
    this.report({
      type: "began",
      id,
      conversationId,
      ...(typeof fields.user_message_id === "string"
        ? { questionId: fields.user_message_id }
        : {}),
    });
    if (this.wantsStop) this.sendStop();
  }

  private sendStop() {
    if (!this.id) return;
    if (chatSocket().send({ type: "stop", message_id: this.id })) return;
    if (!this.conversationId) return;
    const path = `/api/conversations/${encodeURIComponent(this.conversationId)}/stop`;
    fetch(path, { method: "POST" }).catch(() => {
      /* The answer is shown as stopped either way. */
    });
  }

  private end(end: AnswerEnd) {
    if (this.isOver) return;
    this.detach();
    this.report({ type: "ended", end });
  }

  private fail(failure: Failure) {
    if (this.isOver) return;
    this.detach();
    this.report({ type: "failed", failure });
  }
}

/** Reads the failure in an error response of the service. */
export async function failureOf(answer: Response): Promise<Failure> {
  const wait = Number(answer.headers.get("retry-after"));
  try {
    const body = (await answer.json()) as { error?: Record<string, unknown> };
    if (body.error) return failureFrom(body.error, wait);
  } catch {
    /* The response is not from the service itself. */
  }
  if (answer.status === 429) {
    return failureFrom({ code: "rate_limited", message: "Too many questions at once." }, wait || 5);
  }
  return { code: "http_error", message: `The server answered with ${answer.status}.` };
}

function failureFrom(fields: Record<string, unknown>, wait: number): Failure {
  const failure: Failure = {
    code: String(fields.code ?? "error"),
    message: typeof fields.message === "string" ? fields.message : "Something went wrong.",
  };
  if (wait > 0) failure.retryAt = Date.now() + Math.min(wait, 3_600) * 1_000;
  return failure;
}
