type Cell = string | number | boolean | null;

interface Props {
  caption: string;
  columns: string[];
  rows: Cell[][];
}

const figure = /^[+\-−]?[$€£]?\s?\d[\d,.\s]*\s?(%|k|m|bn|pp|pts|ms|s|h|d)?$/i;

function isFigure(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || (typeof cell === 'string' && figure.test(cell.trim()));
}

function show(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || cell === '') return '–';
  if (typeof cell === 'boolean') return cell ? 'Yes' : 'No';
  return String(cell);
}

/** Whether the table without wrapping is wider than half a page: about sixty characters. */
function isWide(columns: string[], rows: Cell[][]): boolean {
  const lengths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => show(row[index]).length)),
  );
  return lengths.reduce((sum, length) => sum + length, 0) > 60;
}

export default function DataTable({ caption, columns, rows }: Props) {
  const isNumeric = columns.map(
    (_, index) => index > 0 && rows.length > 0 && rows.every((row) => isFigure(row[index])),
  );
  const cellClass = (index: number) => (isNumeric[index] ? 'data-table__number' : undefined);
  const kinds = [
    columns.length > 3 ? ' data-table--cards' : '',
    isWide(columns, rows) ? ' data-table--wide' : '',
  ].join('');
  // As cards, its parts are blocks and grids, which some screen readers no longer read as a table.
  return (
    <div className={`section data-table${kinds}`}>
      <div className="data-table__scroll scroll-hint" role="region" aria-label={caption} tabIndex={0}>
        <table className="data-table__table" role="table">
          <caption className="data-table__caption">{caption}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((column, index) => (
                <th key={index} scope="col" role="columnheader" className={cellClass(index)}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {rows.map((row, rowIndex) => (
              <tr key={rowIndex} role="row">
                {columns.map((_, index) =>
                  index === 0 ? (
                    <th key={index} scope="row" role="rowheader">
                      {show(row[index])}
                    </th>
                  ) : (
                    <td
                      key={index}
                      role="cell"
                      className={cellClass(index)}
                      data-label={columns[index]}
                    >
                      {show(row[index])}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
