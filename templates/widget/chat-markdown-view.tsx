import { Fragment, createElement, memo, useMemo, useState, type ReactNode } from "react";
import type { Citation } from "robbieblocks/chat";
import { type Block, type Inline, limits, parseBlock, splitBlocks } from "./chat-markdown";

interface Props {
  text: string;
  /** Whether more text may follow: unclosed markup is then shown as if it were closed. */
  isOpen?: boolean;
  /** The level of the text's top headings. */
  headingLevel?: number;
  /** Announces the result of a button to screen readers. */
  announce?: (text: string) => void;
  /** The sources that `[1]` and so on link to. */
  citations?: Citation[];
}

interface Surroundings {
  headingLevel: number;
  citations: Citation[] | undefined;
  announce: ((text: string) => void) | undefined;
}

/**
 * Shows the Markdown of an answer as elements only: no raw HTML, and no resources from elsewhere.
 *
 * While text is appended, only the last block is rendered again.
 */
export function Markdown({
  text,
  isOpen = false,
  headingLevel = 3,
  announce,
  citations,
}: Props) {
  const blocks = useMemo(() => splitBlocks(text), [text]);
  return (
    <div className="markdown">
      {blocks.map((block, index) => (
        <BlockView
          key={index}
          source={block}
          isOpen={isOpen && index === blocks.length - 1}
          headingLevel={headingLevel}
          announce={announce}
          citations={citations}
        />
      ))}
      {text.length > limits.source ? <p>The rest is too long to be shown.</p> : null}
    </div>
  );
}

const BlockView = memo(function BlockView({
  source,
  isOpen,
  ...surroundings
}: { source: string; isOpen: boolean } & Surroundings) {
  return <>{showBlocks(parseBlock(source, isOpen), surroundings)}</>;
});

function showBlocks(blocks: Block[], around: Surroundings): ReactNode[] {
  return blocks.map((block, index) => (
    <Fragment key={index}>{showBlock(block, around)}</Fragment>
  ));
}

function showBlock(block: Block, around: Surroundings): ReactNode {
  switch (block.kind) {
    case "heading":
      return createElement(
        `h${Math.min(around.headingLevel + block.level - 1, 6)}`,
        null,
        ...showInline(block.children, around),
      );
    case "paragraph":
      return <p>{showInline(block.children, around)}</p>;
    case "code":
      return <Code language={block.language} text={block.text} announce={around.announce} />;
    case "quote":
      return <blockquote>{showBlocks(block.children, around)}</blockquote>;
    case "rule":
      return <hr />;
    case "list": {
      const items = block.items.map((item, index) => (
        <li key={index} className={item.task === null ? undefined : "markdown__task"}>
          {item.task === null ? null : (
            <span role="img" aria-label={item.task ? "Done:" : "To do:"}>
              {item.task ? "☑ " : "☐ "}
            </span>
          )}
          {item.children.map((child, place) =>
            block.isTight && child.kind === "paragraph" ? (
              <Fragment key={place}>{showInline(child.children, around)}</Fragment>
            ) : (
              <Fragment key={place}>{showBlock(child, around)}</Fragment>
            ),
          )}
        </li>
      ));
      return block.start === null ? (
        <ul>{items}</ul>
      ) : (
        <ol start={block.start === 1 ? undefined : block.start}>{items}</ol>
      );
    }
    case "table":
      return (
        <div className="markdown__table" role="region" aria-label="Table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell, column) => (
                  <th key={column} scope="col" className={alignment(block.alignments[column])}>
                    {showInline(cell, around)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, column) => (
                    <td key={column} className={alignment(block.alignments[column])}>
                      {showInline(cell, around)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

function alignment(side: string | null | undefined): string | undefined {
  return side === "right" || side === "center" ? `markdown__cell--${side}` : undefined;
}

function showInline(nodes: Inline[], around: Surroundings): ReactNode[] {
  return nodes.map((node, index) => {
    if (typeof node === "string") {
      return <Fragment key={index}>{showText(node, around.citations)}</Fragment>;
    }
    switch (node.kind) {
      case "code":
        return <code key={index}>{node.text}</code>;
      case "break":
        return <br key={index} />;
      case "link":
        return (
          <a
            key={index}
            href={node.href}
            {...(node.isForeign
              ? { target: "_blank", rel: "noopener noreferrer nofollow ugc" }
              : {})}
          >
            {/* Links cannot be nested. */}
            {showInline(node.children, { ...around, citations: undefined })}
          </a>
        );
      default:
        return createElement(node.kind, { key: index }, ...showInline(node.children, around));
    }
  });
}

/** `[1]`, `[2, 3]`, and `【4†source】` as some models write it. */
const reference = /(\[ *\d{1,3}(?:[, ]+\d{1,3})* *\]|【 *\d{1,3}(?:[, ]+\d{1,3})*[^】]{0,40}】)/;

/** Links each `[1]` in running text to its source. */
function showText(text: string, citations: Citation[] | undefined): ReactNode {
  if (!citations?.length) return text;
  return text.split(reference).map((part, index) => {
    const numbers = index % 2 ? (part.split("†")[0]!.match(/\d+/g) ?? []) : [];
    const cited = numbers.flatMap((number) => citations.find((one) => one.number === +number) ?? []);
    if (cited.length === 0) return part;
    return cited.map((one) => (
      <a
        key={`${index} ${one.number}`}
        className="markdown__citation"
        href={addressOf(one)}
        title={placeOf(one)}
      >
        [{one.number}]
      </a>
    ));
  });
}

export function addressOf(citation: Citation): string {
  return citation.route + (citation.anchor ? `#${citation.anchor}` : "");
}

export function placeOf(citation: Citation): string {
  const { heading, title } = citation;
  return heading && heading !== title ? `${title} › ${heading}` : title;
}

function Code({
  language,
  text,
  announce,
}: {
  language: string;
  text: string;
  announce: Surroundings["announce"];
}) {
  return (
    <div className="markdown__code">
      <div className="markdown__bar">
        <span>{language || "code"}</span>
        <CopyButton text={text} label="Copy code" announce={announce} />
      </div>
      <pre tabIndex={0} role="group" aria-label={language ? `Code, ${language}` : "Code"}>
        <code>{text}</code>
      </pre>
    </div>
  );
}

/** A button that copies `text` to the clipboard and announces it. */
export function CopyButton({
  text,
  label,
  announce,
}: {
  text: string;
  label: string;
  announce?: ((text: string) => void) | undefined;
}) {
  const [outcome, setOutcome] = useState("");
  const copy = async () => {
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      isCopied = copyBySelection(text);
    }
    const said = isCopied ? "Copied" : "Not copied";
    setOutcome(said);
    announce?.(said);
    setTimeout(() => setOutcome(""), 2_000);
  };
  return (
    <button type="button" className="markdown__copy" onClick={copy}>
      {outcome || label}
    </button>
  );
}

// The clipboard API is not available without TLS, but selected text can be copied.
function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
