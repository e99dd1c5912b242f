-- Components whose code, styles and schema live in the database. Between them they show the three
-- shapes that react_code comes in and both forms of props_schema.

-- Shape 1: a module with export default. -----------------------------------------------------------

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('deal-card', 'Deal card', 'feature', true, $tsx$
import React from 'react';

type Deal = {
  company: string;
  study: string;
  stage: 'lead' | 'scoping' | 'fielding' | 'report' | 'won' | 'lost';
  value: number;
  currency: string;
  owner?: string;
  due?: string;
  probability: number;
};

const stageLabels: Record<Deal['stage'], string> = {
  lead: 'Lead',
  scoping: 'Scoping',
  fielding: 'In field',
  report: 'Report due',
  won: 'Won',
  lost: 'Lost',
};

function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

export default function DealCard(deal: Deal) {
  return (
    <article className={`deal-card deal-card-${deal.stage}`}>
      <header className="deal-card-head">
        <h3 className="deal-card-company">{deal.company}</h3>
        <span className="deal-card-stage">{stageLabels[deal.stage]}</span>
      </header>
      <p className="deal-card-study">{deal.study}</p>
      <p className="deal-card-value">
        {deal.currency}
        {grouped(deal.value)}
      </p>
      <div
        className="deal-card-meter"
        role="meter"
        aria-label={`Chance of closing ${deal.company}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={deal.probability}
      >
        <span style={{ width: `${deal.probability}%` }} />
      </div>
      <p className="deal-card-foot">
        <span>{deal.probability}% likely</span>
        {deal.owner && <span>{deal.owner}</span>}
        {deal.due && <span>due {deal.due}</span>}
      </p>
    </article>
  );
}
$tsx$, $css$
.deal-card {
  background: var(--color-surface);
  border: 1px solid var(--color-border);
  border-inline-start: 4px solid var(--color-primary);
  border-radius: var(--radius-lg);
  box-shadow: var(--shadow-sm);
  margin-block: var(--spacing-sm);
  padding: var(--spacing-md) var(--spacing-lg);
}
.deal-card-won { border-inline-start-color: var(--color-success); }
.deal-card-lost { border-inline-start-color: var(--color-error); }
.deal-card-head {
  align-items: baseline;
  display: flex;
  flex-wrap: wrap;
  gap: var(--spacing-sm);
  justify-content: space-between;
}
.deal-card-company { font-family: var(--font-heading); font-size: var(--font-size-lg); margin: 0; }
.deal-card-stage {
  border: 1px solid var(--color-border);
  border-radius: var(--radius-pill);
  font-size: var(--font-size-xs);
  padding: 0.125rem 0.625rem;
}
.deal-card-study { color: var(--color-text-muted); margin: var(--spacing-xs) 0; }
.deal-card-value {
  font-size: var(--font-size-xl);
  font-variant-numeric: tabular-nums;
  font-weight: 700;
  margin: var(--spacing-sm) 0;
}
.deal-card-meter { background: var(--color-border); border-radius: var(--radius-pill); height: 0.375rem; overflow: hidden; }
.deal-card-meter span { background: var(--color-primary); display: block; height: 100%; }
@media (forced-colors: active) {
  .deal-card-meter { border: 1px solid CanvasText; }
  .deal-card-meter span { background: CanvasText; forced-color-adjust: none; }
}
.deal-card-foot {
  color: var(--color-text-muted);
  display: flex;
  flex-wrap: wrap;
  font-size: var(--font-size-sm);
  gap: var(--spacing-md);
  margin: var(--spacing-sm) 0 0;
}
$css$, $json${
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "required": ["company", "study", "value"],
  "additionalProperties": false,
  "properties": {
    "company": {"type": "string", "minLength": 1},
    "study": {"type": "string"},
    "stage": {"type": "string", "enum": ["lead", "scoping", "fielding", "report", "won", "lost"], "default": "lead"},
    "value": {"type": "number", "minimum": 0},
    "currency": {"type": "string", "default": "$"},
    "owner": {"type": "string"},
    "due": {"type": "string"},
    "probability": {"type": "integer", "minimum": 0, "maximum": 100, "default": 50}
  }
}$json$)
ON CONFLICT (component_key) DO NOTHING;

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('claim-comparison', 'Claim comparison', 'feature', true, $tsx$
type Claim = { text: string; believe: number; wouldBuy: number; winner?: boolean };

function Bar({ label, percent }: { label: string; percent: number }) {
  return (
    <div className="claim-comparison-measure">
      <span className="claim-comparison-label">{label}</span>
      <span className="claim-comparison-track">
        <span className="claim-comparison-fill" style={{ width: `${percent}%` }} />
      </span>
      <strong>{percent}%</strong>
    </div>
  );
}

export default ({ title, base, claims }: { title: string; base: string; claims: Claim[] }) => (
  <figure className="claim-comparison">
    <figcaption>
      <strong className="claim-comparison-title">{title}</strong>
      {base ? <span className="claim-comparison-base">{base}</span> : null}
    </figcaption>
    <ol>
      {claims.map((claim) => (
        <li key={claim.text} className={claim.winner ? 'claim-comparison-winner' : undefined}>
          <p>
            “{claim.text}”{claim.winner && <span className="claim-comparison-badge">Winner</span>}
          </p>
          <Bar label="Believe it" percent={claim.believe} />
          <Bar label="Would buy" percent={claim.wouldBuy} />
        </li>
      ))}
    </ol>
  </figure>
);
$tsx$, $css$
.claim-comparison { margin-block: var(--spacing-xl); }
.claim-comparison-title {
  font-family: var(--font-heading);
  font-size: var(--font-size-xl);
  font-weight: var(--heading-weight);
  letter-spacing: var(--heading-tracking);
  line-height: var(--heading-leading);
  text-transform: var(--heading-case);
  text-wrap: balance;
}
.layout--single-column .claim-comparison-title { font-size: var(--section-title-size); }
.layout--single-column .claim-comparison figcaption { margin-bottom: var(--spacing-lg); }
.claim-comparison figcaption {
  align-items: baseline;
  display: flex;
  flex-wrap: wrap;
  gap: var(--spacing-xs) var(--spacing-md);
  justify-content: space-between;
  margin-bottom: var(--spacing-md);
}
.claim-comparison-base { color: var(--color-text-muted); font-size: var(--font-size-sm); }
.claim-comparison ol { display: grid; gap: var(--spacing-md); list-style: none; margin: 0; padding: 0; }
.claim-comparison li {
  background: var(--color-surface);
  border: 1px solid var(--color-border);
  border-radius: var(--radius-lg);
  padding: var(--spacing-md) var(--spacing-lg);
}
.claim-comparison li p { font-size: var(--font-size-lg); margin: 0 0 var(--spacing-sm); }
.claim-comparison .claim-comparison-winner { border-color: var(--color-primary); box-shadow: var(--shadow-md); }
.claim-comparison-badge {
  background: var(--button-fill);
  border-radius: var(--radius-pill);
  color: var(--button-ink);
  font-size: var(--font-size-xs);
  font-weight: 700;
  margin-inline-start: var(--spacing-sm);
  padding: 0.125rem 0.625rem;
  white-space: nowrap;
}
.claim-comparison-measure {
  align-items: center;
  display: grid;
  font-size: var(--font-size-sm);
  gap: var(--spacing-sm);
  grid-template-columns: 6rem 1fr 3rem;
}
.claim-comparison-measure strong { font-variant-numeric: tabular-nums; text-align: end; }
.claim-comparison-track { background: var(--color-border); border-radius: var(--radius-pill); height: 0.5rem; overflow: hidden; }
.claim-comparison-fill { background: var(--color-text-muted); display: block; height: 100%; }
.claim-comparison-winner .claim-comparison-fill { background: var(--color-primary); }
@media (forced-colors: active) {
  .claim-comparison-track { border: 1px solid CanvasText; }
  .claim-comparison-fill { background: GrayText; forced-color-adjust: none; }
  .claim-comparison-winner .claim-comparison-fill { background: CanvasText; }
}
$css$, $json${
  "type": "object",
  "required": ["claims"],
  "properties": {
    "title": {"type": "string", "default": "Claims compared"},
    "base": {"type": "string", "default": ""},
    "claims": {
      "type": "array",
      "minItems": 2,
      "items": {
        "type": "object",
        "required": ["text", "believe", "wouldBuy"],
        "properties": {
          "text": {"type": "string"},
          "believe": {"type": "integer", "minimum": 0, "maximum": 100},
          "wouldBuy": {"type": "integer", "minimum": 0, "maximum": 100},
          "winner": {"type": "boolean"}
        }
      }
    }
  }
}$json$)
ON CONFLICT (component_key) DO NOTHING;

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema, metadata)
VALUES ('sample-planner', 'Sample planner', 'feature', true, $tsx$
import { useState } from 'react';

// The half-width of a 95 % interval around a share of one half, in percentage points.
function marginOfError(shoppers: number): string {
  return (98 / Math.sqrt(shoppers)).toFixed(1);
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

export default function SamplePlanner({ start, maximum, cells }: {
  start: number;
  maximum: number;
  cells: number;
}) {
  const [shoppers, setShoppers] = useState(start);
  return (
    <div className="sample-planner">
      <label>
        Shoppers who see each design
        <input
          type="range"
          min={50}
          max={maximum}
          step={50}
          value={shoppers}
          style={{ '--fill': `${((shoppers - 50) / (maximum - 50)) * 100}%` } as React.CSSProperties}
          onChange={(event) => setShoppers(Number(event.target.value))}
        />
      </label>
      <output className="sample-planner-result">
        <span>
          <strong>{grouped(shoppers)}</strong> per design
        </span>
        <span>
          <strong>{grouped(shoppers * cells)}</strong> in the study
        </span>
        <span>
          <strong>±{marginOfError(shoppers)}</strong> points
        </span>
      </output>
    </div>
  );
}
$tsx$, $css$
.sample-planner {
  background: var(--color-surface);
  border: 1px solid var(--color-border);
  border-radius: var(--radius-lg);
  margin-block: var(--spacing-lg);
  padding: var(--spacing-lg);
}
.sample-planner label { display: grid; font-weight: 600; gap: var(--spacing-sm); }
.sample-planner-result {
  color: var(--color-text-muted);
  display: grid;
  gap: var(--spacing-md);
  grid-template-columns: repeat(3, minmax(0, 1fr));
  margin-top: var(--spacing-md);
}
.sample-planner-result strong {
  color: var(--color-text);
  display: block;
  font-size: var(--font-size-xl);
  font-variant-numeric: tabular-nums;
}
$css$, $json${
  "start": {"type": "integer", "minimum": 50, "default": 200},
  "maximum": {"type": "integer", "minimum": 100, "default": 1000},
  "cells": {"type": "integer", "minimum": 1, "default": 2}
}$json$, '{"hydrate": "visible"}')
ON CONFLICT (component_key) DO NOTHING;

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('code-tip', 'Code tip', 'ui', true, $tsx$
const CodeTip = ({ title, code, text }) => (
  <div className="code-tip" role="note">
    <p className="code-tip-title">{title}</p>
    <pre tabIndex={0} role="group" aria-label={title}>
      <code>{code}</code>
    </pre>
    {text && <p className="code-tip-text">{text}</p>}
  </div>
);

export default CodeTip;
$tsx$, $css$
.code-tip {
  border: 1px solid var(--color-border);
  border-radius: var(--radius-lg);
  margin-block: var(--spacing-lg);
  overflow: hidden;
}
.code-tip-title {
  background: var(--color-surface);
  border-bottom: 1px solid var(--color-border);
  font-size: var(--font-size-sm);
  font-weight: 600;
  margin: 0;
  padding: var(--spacing-sm) var(--spacing-md);
}
.code-tip pre { background: transparent; margin: 0; overflow-x: auto; padding: var(--spacing-md); }
@media print {
  .code-tip pre { overflow: visible; overflow-wrap: anywhere; white-space: pre-wrap; }
}
.code-tip code { font-family: var(--font-mono); font-size: var(--font-size-sm); }
.code-tip-text { color: var(--color-text-muted); margin: 0; padding: 0 var(--spacing-md) var(--spacing-md); }
$css$, $json${
  "type": "object",
  "required": ["code"],
  "properties": {
    "title": {"type": "string", "default": "Try it"},
    "code": {"type": "string"},
    "text": {"type": "string"}
  }
}$json$)
ON CONFLICT (component_key) DO NOTHING;

-- Shape 2: declarations without an export. ---------------------------------------------------------

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('contact-card', 'Contact card', 'feature', true, $tsx$
function ContactCard(props) {
  return (
    <address className="contact-card">
      {props.picture ? (
        <img className="contact-card-picture" src={props.picture} alt="" width="96" height="96" loading="lazy" />
      ) : (
        <span className="contact-card-initials" aria-hidden="true">
          {props.name.split(' ').map((word) => word[0]).slice(0, 2).join('')}
        </span>
      )}
      <span className="contact-card-body">
        <strong>{props.name}</strong>
        <span className="contact-card-role">{props.role}</span>
        {props.email && (
          <a href={'mailto:' + props.email}>
            <span>
              {props.email.split('@')[0]}
              <wbr />@{props.email.split('@')[1]}
            </span>
          </a>
        )}
        {props.phone && <a href={'tel:' + props.phone.replace(/[^+0-9]/g, '')}>{props.phone}</a>}
        {props.note && <span className="contact-card-note">{props.note}</span>}
      </span>
    </address>
  );
}
$tsx$, $css$
.contact-card {
  align-items: flex-start;
  background: var(--color-surface);
  border: 1px solid var(--color-border);
  border-radius: var(--radius-lg);
  display: flex;
  font-style: normal;
  gap: var(--spacing-md);
  margin-block: var(--spacing-sm);
  padding: var(--spacing-md) var(--spacing-lg);
}
.contact-card-initials {
  align-items: center;
  background: var(--button-fill);
  border-radius: 50%;
  color: var(--button-ink);
  display: flex;
  flex: none;
  font-weight: 700;
  height: 3rem;
  justify-content: center;
  width: 3rem;
}
.contact-card-picture { border-radius: var(--radius-lg); flex: none; height: 6rem; width: 6rem; }
@media (max-width: 30rem) {
  .contact-card { gap: var(--spacing-sm) var(--spacing-md); padding: var(--spacing-md); }
  .contact-card-picture { height: 3.5rem; width: 3.5rem; }
}
.contact-card-body { display: grid; gap: 0.125rem; min-width: 0; overflow-wrap: anywhere; }
.contact-card a { align-items: center; display: inline-flex; justify-self: start; }
@media (max-width: 48rem), (pointer: coarse) {
  .contact-card a { min-height: 2.75rem; min-width: 2.75rem; }
}
.contact-card-role, .contact-card-note { color: var(--color-text-muted); font-size: var(--font-size-sm); }
$css$, $json${
  "name": {"type": "string", "default": "Somebody"},
  "role": {"type": "string", "default": ""},
  "email": {"type": "string"},
  "phone": {"type": "string"},
  "note": {"type": "string"},
  "picture": {"type": "string", "pattern": "^/"}
}$json$)
ON CONFLICT (component_key) DO NOTHING;

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('activity-feed', 'Activity feed', 'feature', true, $tsx$
const ActivityFeed = ({ title, items }) => (
  <section className="section activity-feed">
    <h2>{title}</h2>
    {items.length === 0 ? (
      <p className="activity-feed-empty">Nothing has happened yet.</p>
    ) : (
      <ol>
        {items.map((item, index) => (
          <li key={index} className={'activity-feed-' + (item.kind || 'note')}>
            <span className="activity-feed-when">{item.when}</span>
            <span>
              <strong>{item.who}</strong> {item.what}
            </span>
          </li>
        ))}
      </ol>
    )}
  </section>
);
$tsx$, $css$
.activity-feed h2 { font-size: var(--section-title-size); margin: 0 0 var(--spacing-md); }
.activity-feed ol { border-inline-start: 2px solid var(--color-border); list-style: none; margin: 0; padding: 0; }
.activity-feed li {
  display: grid;
  gap: 0.125rem;
  padding: var(--spacing-sm) 0 var(--spacing-sm) var(--spacing-lg);
  position: relative;
}
.activity-feed li::before {
  background: var(--color-primary);
  border: 2px solid var(--color-background);
  border-radius: 50%;
  content: "";
  height: 0.75rem;
  inset-inline-start: -0.4375rem;
  position: absolute;
  top: 0.875rem;
  width: 0.75rem;
}
.activity-feed .activity-feed-done::before { background: var(--color-success); }
.activity-feed .activity-feed-risk::before { background: var(--color-warning); }
.activity-feed-when { color: var(--color-text-muted); font-size: var(--font-size-xs); }
.activity-feed-empty { color: var(--color-text-muted); }
$css$, $json${
  "type": "object",
  "properties": {
    "title": {"type": "string", "default": "Activity"},
    "items": {
      "type": "array",
      "default": [],
      "items": {
        "type": "object",
        "required": ["when", "who", "what"],
        "properties": {
          "when": {"type": "string"},
          "who": {"type": "string"},
          "what": {"type": "string"},
          "kind": {"type": "string", "enum": ["note", "done", "risk"]}
        }
      }
    }
  }
}$json$)
ON CONFLICT (component_key) DO NOTHING;

-- Two declarations, and the component is the one named like the key, though it is not the last.
INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('shelf-result', 'Shelf result', 'feature', true, $tsx$
const ShelfResult = ({ title, designs, unit }) => {
  const best = Math.max(...designs.map((design) => design.seconds));
  return (
    <figure className="shelf-result">
      <figcaption>{title}</figcaption>
      <div className="shelf-result-box">
        {designs.map((design) => (
          <ShelfRow key={design.name} design={design} share={(design.seconds / best) * 100} unit={unit} />
        ))}
      </div>
    </figure>
  );
};

function ShelfRow({ design, share, unit }) {
  return (
    <div className={design.winner ? 'shelf-result-row shelf-result-winner' : 'shelf-result-row'}>
      <span className="shelf-result-name">{design.name}</span>
      <span className="shelf-result-track">
        <span style={{ width: share.toFixed(1) + '%' }} />
      </span>
      <span className="shelf-result-value">
        {design.seconds.toFixed(1)} {unit}
      </span>
    </div>
  );
}
$tsx$, $css$
.shelf-result { margin-block: var(--spacing-lg); }
.shelf-result figcaption {
  font-family: var(--font-heading);
  font-size: var(--font-size-xl);
  font-weight: var(--heading-weight);
  letter-spacing: var(--heading-tracking);
  line-height: var(--heading-leading);
  margin-bottom: var(--spacing-md);
  text-transform: var(--heading-case);
  text-wrap: balance;
}
.layout--single-column .shelf-result figcaption { font-size: var(--section-title-size); margin-bottom: var(--spacing-lg); }
.shelf-result-box {
  background: var(--color-surface);
  border: 1px solid var(--color-border);
  border-radius: var(--radius-lg);
  padding: var(--spacing-lg);
}
.shelf-result-row {
  align-items: center;
  display: grid;
  gap: var(--spacing-xs) var(--spacing-md);
  grid-template-columns: minmax(6rem, 12rem) 1fr auto;
  padding-block: var(--spacing-xs);
}
.shelf-result-track { background: var(--color-border); border-radius: var(--radius-sm); height: 0.75rem; overflow: hidden; }
.shelf-result-track span { background: var(--color-text-muted); display: block; height: 100%; }
.shelf-result-winner .shelf-result-track span { background: var(--color-primary); }
.shelf-result-winner .shelf-result-name { font-weight: 700; }
.shelf-result-value { font-variant-numeric: tabular-nums; }
@media (forced-colors: active) {
  .shelf-result-track { border: 1px solid CanvasText; }
  .shelf-result-track span { background: GrayText; forced-color-adjust: none; }
  .shelf-result-winner .shelf-result-track span { background: CanvasText; }
}
@media (max-width: 30rem) {
  .shelf-result-row { grid-template-columns: 1fr auto; }
  .shelf-result-track { grid-column: 1 / -1; grid-row: 2; }
}
$css$, $json${
  "title": {"type": "string", "default": "Time to find it on the shelf"},
  "unit": {"type": "string", "default": "s"},
  "designs": {
    "type": "array",
    "default": [{"name": "Current pack", "seconds": 6.5}],
    "minItems": 1,
    "items": {
      "type": "object",
      "required": ["name", "seconds"],
      "properties": {
        "name": {"type": "string"},
        "seconds": {"type": "number", "exclusiveMinimum": 0},
        "winner": {"type": "boolean"}
      }
    }
  }
}$json$)
ON CONFLICT (component_key) DO NOTHING;

-- None is named like the key, so the component is the last one declared.
INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('high-score-table', 'High score table', 'widget', true, $tsx$
const medals = ['gold', 'silver', 'bronze'];

const Rank = ({ place }) => (
  <span className={'high-score-table-rank high-score-table-' + (medals[place - 1] || 'plain')}>
    {place}
  </span>
);

const Board = ({ title, scores }) => (
  <table className="high-score-table">
    <caption>{title}</caption>
    <thead>
      <tr>
        <th scope="col">Place</th>
        <th scope="col">Player</th>
        <th scope="col">Score</th>
      </tr>
    </thead>
    <tbody>
      {[...scores]
        .sort((left, right) => right.score - left.score)
        .map((entry, index) => (
          <tr key={entry.player}>
            <td>
              <Rank place={index + 1} />
            </td>
            <th scope="row">{entry.player}</th>
            <td>{entry.score}</td>
          </tr>
        ))}
    </tbody>
  </table>
);
$tsx$, $css$
.high-score-table {
  background: var(--color-surface);
  border-collapse: collapse;
  border-radius: var(--radius-lg);
  margin-block: var(--section-gap, var(--spacing-lg)) 0;
  width: 100%;
}
.high-score-table caption {
  caption-side: top;
  font-family: var(--font-heading);
  font-size: var(--font-size-xl);
  font-weight: var(--heading-weight);
  letter-spacing: var(--heading-tracking);
  line-height: var(--heading-leading);
  padding-bottom: var(--spacing-md);
  text-align: start;
  text-transform: var(--heading-case);
}
.high-score-table th, .high-score-table td { padding: var(--spacing-sm) var(--spacing-md); text-align: start; }
.layout--single-column .high-score-table caption {
  font-size: var(--section-title-size);
  padding-bottom: var(--spacing-lg);
}
.high-score-table thead th { color: var(--color-text-muted); font-size: var(--font-size-sm); font-weight: 600; }
.high-score-table td:first-child, .high-score-table th:first-child { width: 6rem; }
.high-score-table td:last-child, .high-score-table th:last-child {
  font-variant-numeric: tabular-nums;
  text-align: end;
}
.high-score-table tbody tr { border-top: 1px solid var(--color-border); }
.high-score-table-rank {
  border: 2px solid var(--color-border);
  border-radius: 50%;
  display: inline-block;
  font-weight: 700;
  height: 2rem;
  line-height: 1.75rem;
  text-align: center;
  width: 2rem;
}
.high-score-table-gold { border-color: var(--color-warning); }
.high-score-table-silver { border-color: var(--color-text-muted); }
.high-score-table-bronze { border-color: var(--color-secondary); }
$css$, $json${
  "type": "object",
  "properties": {
    "title": {"type": "string", "default": "High scores"},
    "scores": {
      "type": "array",
      "default": [],
      "items": {
        "type": "object",
        "required": ["player", "score"],
        "properties": {"player": {"type": "string"}, "score": {"type": "integer"}}
      }
    }
  }
}$json$)
ON CONFLICT (component_key) DO NOTHING;

-- An island: it keeps state and answers clicks, so it is hydrated. Hooks need no import.
INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('shelf-picker', 'Shelf picker', 'feature', true, $tsx$
const ShelfPicker = ({ question, packs, target }) => {
  const [picked, setPicked] = useState(null);
  const [tries, setTries] = useState(0);
  const found = picked === target;

  const pick = (name) => {
    setPicked(name);
    setTries(tries + 1);
  };
  const again = () => {
    setPicked(null);
    setTries(0);
  };

  return (
    <section className="shelf-picker" aria-label={question}>
      <p className="shelf-picker-question">{question}</p>
      <div className="shelf-picker-shelf">
        {packs.map((pack) => (
          <button
            key={pack.name}
            type="button"
            className={picked === pack.name ? 'shelf-picker-pack shelf-picker-picked' : 'shelf-picker-pack'}
            aria-pressed={picked === pack.name}
            disabled={found}
            onClick={() => pick(pack.name)}
          >
            <span className="shelf-picker-box" style={{ '--pack': pack.colour }} aria-hidden="true">
              {pack.name[0]}
            </span>
            <span>{pack.name}</span>
          </button>
        ))}
      </div>
      <p className="shelf-picker-answer" role="status">
        {picked === null && 'Pick the pack you would reach for.'}
        {picked !== null && !found && `${picked} is what you saw first. Look again.`}
        {found && `Found after ${tries} ${tries === 1 ? 'try' : 'tries'}.`}
      </p>
      {found && (
        <button type="button" className="shelf-picker-again" onClick={again}>
          Restock the shelf
        </button>
      )}
    </section>
  );
};
$tsx$, $css$
.shelf-picker { margin-block: var(--spacing-lg); }
.shelf-picker-question { font-size: var(--font-size-lg); font-weight: 600; }
.shelf-picker-shelf {
  display: grid;
  gap: var(--spacing-lg) 0;
  grid-template-columns: repeat(6, minmax(0, 1fr));
}
@media (max-width: 40rem) {
  .shelf-picker-shelf { grid-template-columns: repeat(3, minmax(0, 1fr)); }
}
.shelf-picker-pack {
  align-items: center;
  background: none;
  border: 2px solid transparent;
  border-radius: var(--radius-md);
  color: inherit;
  cursor: pointer;
  display: grid;
  font: inherit;
  font-size: var(--font-size-sm);
  gap: var(--spacing-sm);
  justify-items: center;
  padding: var(--spacing-sm) 0;
  position: relative;
  transition: transform var(--animation-fast) var(--animation-ease);
}
.shelf-picker-pack:hover:not(:disabled) { transform: translateY(-0.25rem); }
.shelf-picker-pack:disabled { cursor: default; }
.shelf-picker-picked { border-color: var(--color-primary); }
/* A pack with light from the left and a label, on its piece of the board. */
.shelf-picker-box {
  align-items: center;
  background:
    linear-gradient(
      90deg,
      rgb(0 0 0 / 0.28),
      transparent 16%,
      rgb(255 255 255 / 0.3) 32%,
      transparent 52%,
      rgb(0 0 0 / 0.3)
    ),
    linear-gradient(transparent 34%, #fbf6ea 34% 74%, transparent 74%),
    linear-gradient(rgb(0 0 0 / 0.16) 10%, transparent 10%),
    var(--pack, var(--color-primary));
  border-radius: 0.3rem 0.3rem 0.1rem 0.1rem;
  color: #1c1f26;
  display: flex;
  font-family: var(--font-heading);
  font-size: var(--font-size-xl);
  font-weight: 700;
  forced-color-adjust: none;
  height: 6.5rem;
  justify-content: center;
  padding-top: 0.4rem;
  width: 4.5rem;
}
.shelf-picker-box::after {
  background: color-mix(in srgb, var(--color-text) 26%, var(--color-surface));
  box-shadow: inset 0 0.15rem 0 rgb(255 255 255 / 0.25);
  content: "";
  height: 0.7rem;
  inset-inline: -2px;
  position: absolute;
  top: calc(var(--spacing-sm) + 6.5rem);
}
.shelf-picker-pack > span:last-child { padding-top: 0.7rem; }
.shelf-picker-answer { min-height: 1.5em; }
@media (forced-colors: active) {
  .shelf-picker-pack { border-color: Canvas; }
  .shelf-picker-picked { border-color: Highlight; }
}
.shelf-picker-again {
  background: var(--button-fill);
  border: 0;
  border-radius: var(--radius-md);
  color: var(--button-ink);
  cursor: pointer;
  font: inherit;
  font-weight: 600;
  padding: var(--spacing-sm) var(--spacing-md);
}
@media (prefers-reduced-motion: reduce) {
  .shelf-picker-pack:hover:not(:disabled) { transform: none; }
}
$css$, $json${
  "type": "object",
  "required": ["packs", "target"],
  "properties": {
    "question": {"type": "string", "default": "Which pack is it?"},
    "target": {"type": "string"},
    "packs": {
      "type": "array",
      "minItems": 2,
      "items": {
        "type": "object",
        "required": ["name"],
        "properties": {
          "name": {"type": "string", "minLength": 1},
          "colour": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}
        }
      }
    }
  }
}$json$)
ON CONFLICT (component_key) DO NOTHING;

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema, metadata)
VALUES ('page-helpful', 'Was this page helpful', 'widget', true, $tsx$
function PageHelpful({ question, thanks }) {
  const { key } = usePage();
  const [answer, setAnswer] = useState(null);

  useEffect(() => {
    setAnswer(localStorage.getItem('helpful:' + key));
  }, [key]);

  const choose = (value) => {
    localStorage.setItem('helpful:' + key, value);
    setAnswer(value);
  };

  return (
    <div className="page-helpful" role="group" aria-label={question}>
      <span role="status">{answer === null ? question : thanks}</span>
      {['yes', 'no'].map((value) => (
        <button key={value} type="button" aria-pressed={answer === value} onClick={() => choose(value)}>
          {value === 'yes' ? 'Yes' : 'Not yet'}
        </button>
      ))}
    </div>
  );
}
$tsx$, $css$
.page-helpful {
  align-items: center;
  border-top: 1px solid var(--color-border);
  color: var(--color-text-muted);
  display: flex;
  flex-wrap: wrap;
  font-size: var(--font-size-sm);
  gap: var(--spacing-sm);
  margin-block: var(--spacing-xl) 0;
  padding-top: var(--spacing-md);
}
@media (max-width: 30rem) {
  .page-helpful > span { flex-basis: 100%; }
}
.page-helpful button {
  background: none;
  border: 1px solid var(--color-border);
  border-radius: var(--radius-pill);
  color: var(--color-text);
  cursor: pointer;
  font: inherit;
  padding: var(--spacing-xs) var(--spacing-md);
}
.page-helpful button[aria-pressed="true"] {
  background: var(--button-fill);
  border-color: var(--color-primary);
  color: var(--button-ink);
}
@media (forced-colors: active) {
  .page-helpful button[aria-pressed="true"] {
    background: Highlight;
    color: HighlightText;
    forced-color-adjust: none;
  }
}
$css$, $json${
  "question": {"type": "string", "default": "Did this page answer your question?"},
  "thanks": {"type": "string", "default": "Noted in this browser. Thank you."}
}$json$, '{"hydrate": "idle"}')
ON CONFLICT (component_key) DO NOTHING;

-- usePage and useNode only read, so this one ships no script.
INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('page-footnote', 'Page footnote', 'ui', true, $tsx$
const PageFootnote = ({ label }) => {
  const page = usePage();
  const node = useNode();
  const day = page.updatedAt.slice(0, 10);
  return (
    <p className="page-footnote">
      {label} <time dateTime={day}>{day}</time> · {node.name}
    </p>
  );
};
$tsx$, $css$
.page-footnote { color: var(--color-text-muted); font-size: var(--font-size-sm); margin-block: var(--spacing-xl) 0; }
$css$, $json${"label": {"type": "string", "default": "Last edited"}}$json$)
ON CONFLICT (component_key) DO NOTHING;

-- Shape 3: a bare JSX fragment that reads props.x. -------------------------------------------------

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('callout', 'Callout', 'ui', true, $tsx$
<div role="note" className={'callout callout-' + props.kind}>
  <p className="callout-title">{props.title}</p>
  <p>{props.text}</p>
</div>
$tsx$, $css$
.callout {
  background: var(--color-surface);
  border-inline-start: 4px solid var(--color-primary);
  border-radius: var(--radius-md);
  margin-block: var(--spacing-lg);
  padding: var(--spacing-md) var(--spacing-lg);
}
.callout p { margin: 0; }
.callout .callout-title { font-weight: 700; margin-bottom: var(--spacing-xs); }
.callout-good { border-inline-start-color: var(--color-success); }
.callout-careful { border-inline-start-color: var(--color-warning); }
$css$, $json${
  "kind": {"type": "string", "enum": ["note", "good", "careful"], "default": "note"},
  "title": {"type": "string", "default": "Note"},
  "text": {"type": "string", "default": ""}
}$json$)
ON CONFLICT (component_key) DO NOTHING;

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('score-badge', 'Score badge', 'ui', true, $tsx$
<p className="score-badge">
  <span className={props.score >= props.passMark ? 'score-badge-value score-badge-pass' : 'score-badge-value'}>
    <svg className="score-badge-ring" viewBox="0 0 80 80" width="80" height="80" aria-hidden="true">
      <circle className="score-badge-track" cx="40" cy="40" r="36" />
      <circle
        className="score-badge-arc"
        cx="40"
        cy="40"
        r="36"
        strokeDasharray={`${(props.score * 2.262).toFixed(1)} 227`}
        transform="rotate(-90 40 40)"
      />
      <line
        className="score-badge-mark"
        x1="40"
        x2="40"
        y1="0"
        y2="9"
        transform={`rotate(${props.passMark * 3.6} 40 40)`}
      />
    </svg>
    {props.score}
  </span>
  <span className="score-badge-label">
    {props.label}
    <small>{props.score >= props.passMark ? 'passes' : 'misses'} the mark of {props.passMark}</small>
  </span>
</p>
$tsx$, $css$
.score-badge {
  align-items: center;
  display: flex;
  gap: var(--spacing-md);
  margin-block: var(--spacing-lg);
}
.score-badge-value {
  display: grid;
  flex: none;
  font-size: var(--font-size-xl);
  font-variant-numeric: tabular-nums;
  font-weight: 700;
  height: 5rem;
  place-items: center;
  position: relative;
  width: 5rem;
}
.score-badge-ring { fill: none; inset: 0; position: absolute; stroke-width: 7; }
.score-badge-track { stroke: color-mix(in srgb, var(--color-text) 14%, transparent); }
.score-badge-arc { stroke: var(--color-warning); stroke-linecap: butt; }
.score-badge-pass .score-badge-arc { stroke: var(--color-success); }
.score-badge-mark { stroke: var(--color-text); stroke-width: 2.5; }
.score-badge-label { font-weight: 600; }
.score-badge-label small { color: var(--color-text-muted); display: block; font-size: var(--font-size-sm); font-weight: 400; }
$css$, $json${
  "score": {"type": "integer", "minimum": 0, "maximum": 100, "default": 0},
  "passMark": {"type": "integer", "minimum": 0, "maximum": 100, "default": 70},
  "label": {"type": "string", "default": "Shopper score"}
}$json$)
ON CONFLICT (component_key) DO NOTHING;

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('key-facts', 'Key facts', 'ui', true, $tsx$
<>
  <h2 className="key-facts-title">{props.title}</h2>
  <dl className="key-facts">
    {props.facts.map((fact) => (
      <div key={fact.term}>
        <dt>{fact.term}</dt>
        <dd>{fact.detail}</dd>
      </div>
    ))}
  </dl>
</>
$tsx$, $css$
.key-facts-title { font-size: var(--font-size-lg); margin-bottom: var(--spacing-sm); }
.key-facts {
  background: var(--color-surface);
  border: 1px solid var(--color-border);
  border-radius: var(--radius-lg);
  margin: 0 0 var(--spacing-lg);
  padding: var(--spacing-sm) var(--spacing-lg);
}
.key-facts div { padding-block: var(--spacing-sm); }
.key-facts div + div { border-top: 1px solid var(--color-border); }
.key-facts dt { color: var(--color-text-muted); font-size: var(--font-size-sm); }
.key-facts dd { font-weight: 600; margin: 0; }
$css$, $json${
  "title": {"type": "string", "default": "At a glance"},
  "facts": {
    "type": "array",
    "default": [],
    "items": {
      "type": "object",
      "required": ["term", "detail"],
      "properties": {"term": {"type": "string"}, "detail": {"type": "string"}}
    }
  }
}$json$)
ON CONFLICT (component_key) DO NOTHING;

INSERT INTO robbieblocks_components
    (component_key, component_name, component_type, is_published, react_code, css_styles, props_schema)
VALUES ('token-swatches', 'Token swatches', 'ui', true, $tsx$
<ul className={'token-swatches token-swatches-' + (props.tokens.length % 4 === 0 ? 4 : 3)}>
  {props.tokens.map((token) => (
    <li key={token}>
      <span style={{ background: 'var(--' + token.split('.').join('-') + ')' }} aria-hidden="true" />
      <code>{token}</code>
    </li>
  ))}
</ul>
$tsx$, $css$
.token-swatches {
  display: grid;
  gap: var(--spacing-md);
  grid-template-columns: repeat(3, minmax(0, 1fr));
  list-style: none;
  margin-block: var(--spacing-lg);
  padding: 0;
}
.token-swatches span {
  border: 1px solid var(--color-border);
  border-radius: var(--radius-md);
  display: block;
  height: 4rem;
  forced-color-adjust: none;
  margin-bottom: var(--spacing-xs);
}
.token-swatches-4 { grid-template-columns: repeat(4, minmax(0, 1fr)); }
.token-swatches code { font-size: var(--font-size-xs); overflow-wrap: anywhere; }
@media (max-width: 30rem) {
  .token-swatches { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media (max-width: 36rem) {
  .token-swatches { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
$css$, $json${
  "type": "object",
  "required": ["tokens"],
  "properties": {
    "tokens": {"type": "array", "items": {"type": "string", "pattern": "^[a-z0-9]+([.-][a-z0-9]+)*$"}}
  }
}$json$)
ON CONFLICT (component_key) DO NOTHING;
