// What components import from "robbieblocks/chat": the whole of a conversation.
export { longestMessage, useConversation } from "./chat-conversation";
export { CopyButton, Markdown } from "./chat-markdown-view";
export { sentenceEnd, spoken } from "./chat-sentences";
export { shownAnswer } from "./chat-state";
export type { Conversation, ConversationView, HistoryEntry } from "./chat-conversation";
export type { SocketState } from "./robbie-socket";
export type { Answer, AnswerStatus, Citation, Failure, Turn } from "./chat-state";
