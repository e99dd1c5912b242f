// The exports of "robbieblocks/chat" for components: the parts of a chat, the conversation that
// they show, and the hooks that follow an answer while it is written.
export { CopyButton, Markdown } from "./chat-markdown-view";
export { Composer, Suggestions } from "./chat-composer";
export { History } from "./chat-history";
export { Icon } from "./chat-icon";
export { Turns } from "./chat-turns";
export { longestMessage, useConversation } from "./chat-conversation";
export { shownAnswer } from "./chat-state";
export { sentenceEnd, spoken } from "./chat-sentences";
export { useFollowing } from "./chat-following";
export { useReading } from "./chat-reading";
export type { Conversation, ConversationView, HistoryEntry } from "./chat-conversation";
export type { SocketState } from "./robbie-socket";
export type { Answer, AnswerStatus, Citation, Failure, Turn } from "./chat-state";
