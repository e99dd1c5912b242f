// Server-sent events from a fetched body, because `EventSource` cannot send a POST request.

export interface StreamEvent {
  id: string | null;
  name: string;
  data: string;
}

const longestEvent = 1_000_000;

/** Assembles events from the pieces of a stream, wherever the network split it. */
export class EventParser {
  private rest = "";

  push(text: string): StreamEvent[] {
    this.rest += text;
    const parts = this.rest.split(/\r?\n\r?\n/);
    this.rest = parts.pop() ?? "";
    if (this.rest.length > longestEvent) throw new Error("an event of the stream has no end");
    return parts.map(eventOf).filter((event) => event !== null);
  }
}

function eventOf(text: string): StreamEvent | null {
  const event: StreamEvent = { id: null, name: "message", data: "" };
  const data: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const field = /^(id|event|data): ?(.*)$/.exec(line);
    if (!field) continue;
    if (field[1] === "id") event.id = field[2]!;
    else if (field[1] === "event") event.name = field[2]!;
    else data.push(field[2]!);
  }
  if (data.length === 0) return null;
  event.data = data.join("\n");
  return event;
}
