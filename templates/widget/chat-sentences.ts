// Splits an answer in progress into whole sentences for screen readers.

/**
 * Returns the end of the last whole sentence in `text` at or after `from`; `from` if there is none.
 */
export function sentenceEnd(text: string, from: number): number {
  const end = /[.!?…。！？:](?=["'”’)\]]*\s)["'”’)\]]*|\n(?=[ \t]*\n)/g;
  end.lastIndex = from;
  let found = from;
  for (let match = end.exec(text); match; match = end.exec(text)) {
    found = match.index + match[0].length;
  }
  return found;
}

/** Converts Markdown to speech: without marks, addresses and lines of code. */
export function spoken(markdown: string): string {
  return markdown
    .replace(/```[\s\S]*?(```|$)/g, " Code. ")
    .replace(/!?\[([^\]\n]{0,300})\]\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)/g, "$1")
    .replace(/^[ \t]*(#{1,6}|[-*+]|>|\|[-:| ]{1,500}$)[ \t]*/gm, "")
    .replace(/[*_`~|]+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
