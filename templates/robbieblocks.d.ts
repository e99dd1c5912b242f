/** The data about the site that every layout and component can read. */
declare module 'robbieblocks' {
  import type { ReactNode } from 'react';

  export type ThemeName = 'dark' | 'light' | 'professional';

  export interface Page {
    key: string;
    route: string;
    /** The name of the page in lists and navigation. */
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
    /** `modulepreload` for a script of the site, otherwise the browser's `as` type. */
    as: string;
    type: string | null;
    crossOrigin: boolean;
  }

  export interface Head {
    title: string;
    /** The text of `<title>`: the title and the site's name, or `metadata.document_title`. */
    documentTitle: string;
    description: string;
    canonical: string | null;
    siteName: string;
    image: string | null;
    language: string;
    /** The content of the `robots` meta element: `noindex`, or nothing. */
    robots: string | null;
    /** Style sheets, in cascade order: the site's, and one of the components on the page. */
    styles: string[];
    /** Module scripts; empty when no component of the page needs the browser. */
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
  /** Pages whose metadata has a `menu` label, in menu order. */
  export function useMenu(): MenuItem[];
  /** Published pages of this node, or of one app, sorted by route. */
  export function usePages(app?: string): PageSummary[];
  /** The headings of the page's Markdown, in order. */
  export function useHeadings(): Heading[];
}

/** Robbie's face and mood, and a function to ask a question: small enough for every page. */
declare module 'robbieblocks/robbie' {
  import type { ReactElement } from 'react';

  /** The state that all visitors of a node see, as `GET /api/personality` returns it. */
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
  /** Returns the number of a mood, given by number or name. */
  export function moodLevel(mood: unknown, otherwise?: number): number;
  /** Null until it is known; `live` keeps a connection open, `glance` sends one request. */
  export function usePersonality(interest?: 'live' | 'glance' | 'none'): Personality | null;
  /**
   * Calls `show` once the mood is known and whenever it changes: for `enhance`, which has no hooks.
   * Sends one request, like `glance`.
   */
  export function watchMood(show: (level: number) => void): void;
  /** Changes the mood of a `Face` that is already on the page: for `enhance`. */
  export function drawFace(face: Element, level: number): void;
  /** Asks in this page's chat, or opens `href` and asks there; false when the form must be submitted. */
  export function askRobbie(question: string, href: string): boolean;
  /** Decorative: also state the mood as text. */
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

  /** Why an answer failed, and the earliest time to ask again (ms since 1970). */
  export interface Failure {
    code: string;
    message: string;
    retryAt?: number;
  }

  export interface Answer {
    /** Created in the browser; the server's id arrives with the first event. */
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

  /** A question and all its answers; `shown` is the index of the visible one. */
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
    /** The key of the answer in progress. */
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
    /** Whether the page was opened with a question from another page. */
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

  /** Announces a text to screen readers. */
  export type Announce = (text: string) => void;

  /** The props of every part of the chat; the first two are from `useConversation`. */
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
  /** Maximum number of characters in a message. */
  export const longestMessage: number;
  /** Returns the end of the last whole sentence at or after `from`. */
  export function sentenceEnd(text: string, from: number): number;
  /** Converts Markdown to text for speech. */
  export function spoken(markdown: string): string;
  /** Announces an answer in progress in whole sentences, and how it ended. */
  export function useReading(
    running: Answer | null,
    last: Answer | null,
    announce: Announce,
  ): void;
  /** Scrolls `log` with `content` until a question is at its top, or until the reader scrolls. */
  export function useFollowing(content: unknown): {
    log: RefObject<HTMLDivElement>;
    /** Whether the end is well below the visible part. */
    isAway: boolean;
    onScroll(): void;
    follow(to: 'turn' | 'end'): void;
  };

  /** Renders elements only: no raw HTML, and no resources from other sites. */
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

  /** Decorative: the button has its own label. */
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
  /** Suggested first questions; each is a form when no script runs. */
  export function Suggestions(props: {
    suggestions: string[];
    onAsk: (question: string) => void;
  }): ReactElement | null;
  /** All questions with their answers, sources and actions. */
  export function Turns(
    props: PartProps & {
      /** The level of Robbie's mood. */
      level: number;
      /** The level of the top headings in answers; 3 by default. */
      headingLevel?: number;
      onAsked: () => void;
    },
  ): ReactElement;
  /** The visitor's earlier conversations; `loadHistory` fetches them. */
  export function History(props: PartProps & { onChosen: () => void }): ReactElement;
  /** The input field for a question; a form when no script runs. */
  export function Composer(
    props: PartProps & {
      /** An id from `useId`. */
      id: string;
      field: RefObject<HTMLTextAreaElement>;
      placeholder: string;
      /** False until hydration. */
      isAlive: boolean;
      onAsked: () => void;
      onStop: () => void;
    },
  ): ReactElement;
}
