// The page's one connection to the chat service. All islands of a page share it; it is opened when
// the first of them needs it and closed while the page is hidden.

/** A message over `/ws`, in either direction. */
export type SocketMessage = { type: string } & Record<string, unknown>;

export interface SocketState {
  phase: "idle" | "connecting" | "open" | "waiting" | "offline";
  /** Failed attempts since the connection was last open. */
  failures: number;
}

/** Returns milliseconds to wait after a number of failures: doubled each time, and randomised, so
 * that the pages that lost a service do not all reconnect at the same moment. */
export function backOff(failures: number, chance: number): number {
  const longest = Math.min(30_000, 500 * 2 ** Math.min(failures - 1, 10));
  return Math.round(longest * (0.5 + chance / 2));
}

const hiddenPatience = 60_000;

export class ChatSocket {
  state: SocketState = { phase: "idle", failures: 0 };
  private socket: WebSocket | null = null;
  private users = 0;
  private timer = 0;
  private hiddenTimer = 0;
  private readonly busy = new Set<unknown>();
  private readonly readers = new Set<(message: SocketMessage) => void>();
  private readonly watchers = new Set<() => void>();

  /** Keeps the connection open until the returned function is called. */
  acquire(): () => void {
    this.users += 1;
    if (this.users === 1) {
      addEventListener("online", this.look);
      addEventListener("offline", this.look);
      document.addEventListener("visibilitychange", this.look);
    }
    this.look();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.users -= 1;
      if (this.users > 0) return;
      removeEventListener("online", this.look);
      removeEventListener("offline", this.look);
      document.removeEventListener("visibilitychange", this.look);
      this.close("idle");
    };
  }

  /** Notes whether an answer is in progress: a hidden page stays connected for it. */
  setBusy(key: unknown, isBusy: boolean) {
    if (isBusy) this.busy.add(key);
    else this.busy.delete(key);
    this.look();
  }

  read(reader: (message: SocketMessage) => void): () => void {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Returns whether the message was sent. */
  send(message: SocketMessage): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** Connects at once and waits until the connection is open, at most `patience` ms. */
  async ready(patience: number): Promise<boolean> {
    if (this.state.phase === "open") return true;
    if (this.state.phase === "offline" || this.users === 0) return false;
    if (this.state.phase === "waiting") this.connect();
    return await new Promise((resolve) => {
      const end = (isOpen: boolean) => {
        clearTimeout(timer);
        stop();
        resolve(isOpen);
      };
      const timer = setTimeout(() => end(false), patience);
      const stop = this.watch(() => {
        if (this.state.phase === "open") end(true);
        else if (this.state.phase !== "connecting") end(false);
      });
    });
  }

  /** Replaces a connection that is silent although it should not be. */
  renew() {
    if (this.socket) this.lost(this.socket);
  }

  private readonly look = () => {
    clearTimeout(this.hiddenTimer);
    if (this.users === 0) return;
    if (!navigator.onLine) {
      this.close("offline");
    } else if (document.hidden && this.busy.size === 0) {
      if (this.socket) {
        this.hiddenTimer = window.setTimeout(() => this.close("idle"), hiddenPatience);
      } else if (this.state.phase === "waiting") this.close("idle");
    } else if (!this.socket && this.state.phase !== "waiting") {
      this.connect();
    }
  };

  private connect() {
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    let socket: WebSocket;
    try {
      socket = new WebSocket(`${scheme}//${location.host}/ws`);
    } catch {
      this.wait();
      return;
    }
    this.socket = socket;
    this.change({ ...this.state, phase: "connecting" });
    // A handshake that takes too long counts as a failure.
    this.timer = window.setTimeout(() => this.lost(socket), 10_000);
    socket.onopen = () => {
      clearTimeout(this.timer);
      if (this.socket === socket) this.change({ ...this.state, phase: "open" });
    };
    socket.onmessage = (event) => {
      const message = parseMessage(event.data);
      if (!message || this.socket !== socket) return;
      if (this.state.failures > 0) this.change({ phase: "open", failures: 0 });
      for (const reader of this.readers) reader(message);
    };
    socket.onclose = () => this.lost(socket);
  }

  private lost(socket: WebSocket) {
    if (this.socket !== socket) return;
    this.drop();
    if (this.users > 0) this.wait();
  }

  private wait() {
    const failures = this.state.failures + 1;
    this.change({ phase: "waiting", failures });
    clearTimeout(this.timer);
    this.timer = window.setTimeout(
      () => (navigator.onLine ? this.connect() : this.close("offline")),
      backOff(failures, Math.random()),
    );
  }

  private close(phase: "idle" | "offline") {
    clearTimeout(this.timer);
    this.drop();
    if (this.state.phase !== phase) this.change({ phase, failures: 0 });
  }

  private drop() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private change(state: SocketState) {
    this.state = state;
    for (const watcher of [...this.watchers]) watcher();
  }
}

export function parseMessage(data: unknown): SocketMessage | null {
  if (typeof data !== "string") return null;
  try {
    const message: unknown = JSON.parse(data);
    return message !== null && typeof message === "object" && "type" in message
      ? (message as SocketMessage)
      : null;
  } catch {
    return null;
  }
}

// Created only in the browser: on the server no code needs it.
let shared: ChatSocket | null = null;

export function chatSocket(): ChatSocket {
  return (shared ??= new ChatSocket());
}
