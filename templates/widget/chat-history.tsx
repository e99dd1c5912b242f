import { useEffect, useRef, useState } from "react";
import type { HistoryEntry, PartProps } from "robbieblocks/chat";
import { moveFocus } from "./chat-focus";
import { Icon } from "./chat-icon";

function dayOf(date: string): string {
  const time = new Date(date);
  return Number.isNaN(time.getTime())
    ? ""
    : time.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/** The visitor's earlier conversations, which can be opened, deleted and downloaded. */
export function History({
  conversation,
  view: { history: entries, conversationId: current },
  announce,
  onChosen,
}: PartProps & { onChosen: () => void }) {
  const list = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState<string | null>(current);
  const [doomed, setDoomed] = useState<string | null>(null);
  const reachable = entries?.some((entry) => entry.id === active) ? active : entries?.[0]?.id;
  const isKnown = entries !== null;

  useEffect(() => {
    list.current?.querySelector<HTMLElement>('.chat__entry[tabindex="0"]')?.focus();
  }, [isKnown]);

  const remove = async (entry: HistoryEntry, index: number) => {
    if (doomed !== entry.id) {
      setDoomed(entry.id);
      announce("Press again to delete this conversation for good");
      return;
    }
    setDoomed(null);
    if (!(await conversation.remove(entry.id))) return;
    announce("Conversation deleted");
    requestAnimationFrame(() => {
      const rest = list.current?.querySelectorAll<HTMLElement>(".chat__entry");
      rest?.[Math.min(index, rest.length - 1)]?.focus();
    });
  };

  return (
    <nav className="chat__history" aria-label="Earlier conversations">
      {entries === null ? <p className="chat__note">Looking…</p> : null}
      {entries?.length === 0 ? <p className="chat__note">No conversation yet.</p> : null}
      <ul role="list" ref={list} onKeyDown={(event) => moveFocus(event, ".chat__entry")}>
        {(entries ?? []).map((entry, index) => (
          <li key={entry.id} className="chat__history-item">
            <button
              type="button"
              className="chat__entry"
              tabIndex={entry.id === reachable ? 0 : -1}
              aria-current={entry.id === current ? "true" : undefined}
              onFocus={() => setActive(entry.id)}
              onClick={() => {
                void conversation.open(entry.id);
                onChosen();
              }}
            >
              <span className="chat__entry-title">{entry.title || "Conversation"}</span>
              <span className="chat__entry-day">{dayOf(entry.updated_at)}</span>
            </button>
            <button
              type="button"
              className="chat__action chat__delete"
              tabIndex={entry.id === reachable ? 0 : -1}
              aria-label={`Delete “${entry.title || "Conversation"}”`}
              data-armed={doomed === entry.id || undefined}
              onBlur={() => setDoomed(null)}
              onClick={() => void remove(entry, index)}
            >
              {doomed === entry.id ? "Delete?" : <Icon name="close" />}
            </button>
          </li>
        ))}
      </ul>
      {current ? (
        <a
          className="chat__export"
          href={`/api/conversations/${encodeURIComponent(current)}/export`}
          download
        >
          Download this conversation
        </a>
      ) : null}
    </nav>
  );
}
