interface Props {
  title?: string;
  text?: string;
  subject?: string;
  columns: [string, string];
  rows: { label: string; before: string; after: string }[];
}

const signs = { before: 'M6 6l12 12M18 6L6 18', after: 'm5 12.5 4.5 4.5L19 7.5' };

function Sign({ kind }: { kind: keyof typeof signs }) {
  return (
    <svg
      className={`comparison__sign comparison__sign--${kind}`}
      viewBox="0 0 24 24"
      width="18"
      height="18"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={signs[kind]} />
    </svg>
  );
}

/**
 * The second column is the recommended one: it has a card background and ticks. The roles keep it a
 * table for screen readers even where CSS displays its parts as blocks.
 */
export default function Comparison({ title = '', text = '', subject = '', columns, rows }: Props) {
  return (
    <section className="section comparison" aria-label={title ? undefined : columns.join(' or ')}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
          {text ? <p className="section-head__text">{text}</p> : null}
        </div>
      ) : null}
      <table className="comparison__table" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader" className="comparison__subject">
              {subject || <span className="visually-hidden">Subject</span>}
            </th>
            <th scope="col" role="columnheader">
              {columns[0]}
            </th>
            <th scope="col" role="columnheader" className="comparison__better">
              {columns[1]}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={row.label} role="row">
              <th scope="row" role="rowheader">
                {row.label}
              </th>
              <td role="cell" data-label={columns[0]}>
                <span className="comparison__cell">
                  <Sign kind="before" />
                  {row.before}
                </span>
              </td>
              <td role="cell" className="comparison__better" data-label={columns[1]}>
                <span className="comparison__cell">
                  <Sign kind="after" />
                  {row.after}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
