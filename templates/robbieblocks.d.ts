/** What every layout and component can ask about the site it is rendered in. */
declare module 'robbieblocks' {
  import type { ReactNode } from 'react';

  export type ThemeName = 'dark' | 'light' | 'professional';

  export interface Page {
    key: string;
    route: string;
    /** What lists and navigation call the page. */
    name: string;
    /** `meta_title`, or the name. */
    title: string;
    description: string;
    app: string;
    /** ISO 8601, UTC. */
    updatedAt: string;
    metadata: Record<string, unknown>;
  }

  export interface Node {
    id: string;
    name: string;
    theme: ThemeName;
    tagline: string;
    logo: string | null;
    favicon: string | null;
    metadata: Record<string, unknown>;
  }

  export interface MenuItem {
    label: string;
    route: string;
    app: string;
  }

  export interface PageSummary
    extends Pick<Page, 'key' | 'route' | 'name' | 'title' | 'description' | 'app'> {
    /** `metadata.menu_order`, or 1000. */
    order: number;
  }

  export interface Heading {
    /** 1 to 6. */
    level: number;
    /** The id of its element. */
    id: string;
    /** Without markup. */
    text: string;
  }

  export interface Zones {
    header: ReactNode | null;
    sidebar: ReactNode | null;
    main: ReactNode | null;
    footer: ReactNode | null;
    overlay: ReactNode | null;
  }

  export interface LayoutProps {
    page: Page;
    node: Node;
    menu: MenuItem[];
    zones: Zones;
  }

  export interface Preload {
    href: string;
    /** `modulepreload` for a script of the site, else what the browser calls the resource. */
    as: string;
    type: string | null;
    crossOrigin: boolean;
  }

  export interface Head {
    title: string;
    /** What `<title>` says: the title and the site's name, or `metadata.document_title`. */
    documentTitle: string;
    description: string;
    canonical: string | null;
    siteName: string;
    image: string | null;
    language: string;
    /** What search engines are told about the page: `noindex`, or nothing. */
    robots: string | null;
    /** Style sheets, in cascade order: the site's, and one of the components on the page. */
    styles: string[];
    /** Module scripts; empty on a page on which no component needs the browser. */
    modules: string[];
    preloads: Preload[];
  }

  export interface DocumentProps {
    page: Page;
    node: Node;
    head: Head;
    children: ReactNode;
  }

  export function usePage(): Page;
  export function useNode(): Node;
  /** Pages whose metadata carries a `menu` label, in menu order. */
  export function useMenu(): MenuItem[];
  /** Published pages of this node, of one app when it is named, sorted by route. */
  export function usePages(app?: string): PageSummary[];
  /** The headings of the page's Markdown, in order. */
  export function useHeadings(): Heading[];
}

/** Robbie's face and mood, and a way to ask him: small enough for every page. */
declare module 'robbieblocks/robbie' {
  import type { ReactElement } from 'react';

  /** The state that all visitors of a node see, as `GET /api/personality` gives it. */
  export interface Personality {
    /** 1 calm to 7 hyper. */
    mood: number;
    mode: string | null;
    /** 1 Gandhi to 10 Genghis. */
    gandhiGenghis: number | null;
    /** 0 to 100. */
    energy: number | null;
    focus: number | null;
  }

  /** The names of the moods from 1 to 7. */
  export const moodNames: readonly string[];
  /** The moods from 1 to 7. */
  export const moods: readonly { readonly name: string; readonly text: string }[];
  /** The number of a mood that is given by number or name. */
  export function moodLevel(mood: unknown, otherwise?: number): number;
  /** Null until it is known; `live` holds a connection open, `glance` asks once. */
  export function usePersonality(interest?: 'live' | 'glance' | 'none'): Personality | null;
  /**
   * Calls `show` once the mood is known and whenever it changes: for an `enhance`, which has no hooks.
   * It asks once, as `glance` does.
   */
  export function watchMood(show: (level: number) => void): void;
  /** Gives a `Face` that is on the page another mood: for an `enhance`. */
  export function drawFace(face: Element, level: number): void;
  /** Asks in this page's chat, or opens `href` and asks there; false when the form must send it. */
  export function askRobbie(question: string, href: string): boolean;
  /** For the eyes alone: say the mood in words beside it. */
  export function Face(props: { level: number; className?: string }): ReactElement;
}

/** A conversation with the node's chat service. */
declare module 'robbieblocks/chat' {
  import type { ReactElement, RefObject } from 'react';

  export type AnswerStatus = 'waiting' | 'streaming' | 'complete' | 'cut_off' | 'stopped' | 'failed';

  /** A place on this site. */
  export interface Citation {
    title: string;
    route: string;
    anchor?: string | null;
    heading?: string | null;
    /** The number that refers to it in the text, as `[1]`; absent where the text links to it. */
    number?: number | null;
  }

  /** Why an answer did not come, and from when on it makes sense to ask again (ms since 1970). */
  export interface Failure {
    code: string;
    message: string;
    retryAt?: number;
  }

  export interface Answer {
    /** Chosen in the browser; the server's own id comes with the first event. */
    key: string;
    id: string | null;
    /** Markdown. */
    text: string;
    status: AnswerStatus;
    source: 'model' | 'retrieval' | null;
    model: string | null;
    citations: Citation[];
    failure: Failure | null;
  }

  /** A question and all its answers; `shown` is the index of the one to be seen. */
  export interface Turn {
    key: string;
    questionId: string | null;
    question: string;
    answers: Answer[];
    shown: number;
  }

  export interface HistoryEntry {
    id: string;
    title: string;
    /** ISO 8601. */
    updated_at: string;
  }

  export interface ConversationView {
    conversationId: string | null;
    turns: Turn[];
    /** The key of the answer that is being written. */
    running: string | null;
    isLoading: boolean;
    isInterrupted: boolean;
    history: HistoryEntry[] | null;
    notice: string | null;
  }

  export interface SocketState {
    phase: 'idle' | 'connecting' | 'open' | 'waiting' | 'offline';
    failures: number;
  }

  export interface Conversation {
    /** Whether the page was opened by a question that was written on another one. */
    readonly wasHandedQuestion: boolean;
    ask(text: string): boolean;
    edit(turn: string, text: string): boolean;
    regenerate(turn: string): void;
    retry(turn: string): void;
    stop(): void;
    show(turn: string, index: number): void;
    clear(): void;
    open(id: string): Promise<void>;
    loadHistory(): Promise<void>;
    remove(id: string): Promise<boolean>;
  }

  /** Says aloud what only the eyes would notice. */
  export type Announce = (text: string) => void;

  /** What every part of the chat is given; the first two are from `useConversation`. */
  export interface PartProps {
    conversation: Conversation;
    view: ConversationView;
    announce: Announce;
  }

  export function useConversation(): {
    conversation: Conversation;
    view: ConversationView;
    connection: SocketState;
  };
  export function shownAnswer(turn: Turn): Answer | null;
  /** Characters of one message. */
  export const longestMessage: number;
  /** Where the last whole sentence at or after `from` ends. */
  export function sentenceEnd(text: string, from: number): number;
  /** Markdown as it is read out. */
  export function spoken(markdown: string): string;
  /** Says what is being written in whole sentences, and how it ended. */
  export function useReading(
    running: Answer | null,
    last: Answer | null,
    announce: Announce,
  ): void;
  /** Scrolls `log` with `content` until a question is at its top, or until someone scrolls. */
  export function useFollowing(content: unknown): {
    log: RefObject<HTMLDivElement>;
    /** The end is well below what is to be seen. */
    isAway: boolean;
    onScroll(): void;
    follow(to: 'turn' | 'end'): void;
  };

  /** Elements only: no HTML of the text, nothing from elsewhere. */
  export function Markdown(props: {
    text: string;
    isOpen?: boolean;
    headingLevel?: number;
    announce?: (text: string) => void;
  }): ReactElement;
  export function CopyButton(props: {
    text: string;
    label: string;
    announce?: (text: string) => void;
  }): ReactElement;

  /** For the eyes alone: what a button does is said beside it. */
  export function Icon(props: {
    name:
      | 'send'
      | 'stop'
      | 'plus'
      | 'clock'
      | 'edit'
      | 'again'
      | 'left'
      | 'right'
      | 'down'
      | 'close';
  }): ReactElement;
  /** Questions to begin with; each is a form where no script runs. */
  export function Suggestions(props: {
    suggestions: string[];
    onAsk: (question: string) => void;
  }): ReactElement | null;
  /** All questions with their answers, sources and what can be done with them. */
  export function Turns(
    props: PartProps & {
      /** Of Robbie's mood. */
      level: number;
      /** Where headings in answers begin; 3 when it is left out. */
      headingLevel?: number;
      onAsked: () => void;
    },
  ): ReactElement;
  /** The visitor's earlier conversations; `loadHistory` fetches them. */
  export function History(props: PartProps & { onChosen: () => void }): ReactElement;
  /** Where a question is written; a form where no script runs. */
  export function Composer(
    props: PartProps & {
      /** One that `useId` gave. */
      id: string;
      field: RefObject<HTMLTextAreaElement>;
      placeholder: string;
      /** False until the browser has taken over. */
      isAlive: boolean;
      onAsked: () => void;
      onStop: () => void;
    },
  ): ReactElement;
}
