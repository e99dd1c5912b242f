interface Point {
  label: string;
  value: number;
}

interface Props {
  title: string;
  currency?: string;
  points: Point[];
}

const signs: Record<string, string> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹' };
const steps = [1, 2, 2.5, 5, 10];

function grouped(value: number): string {
  const [whole, fraction] = String(Math.round(Math.abs(value) * 100) / 100).split('.');
  const digits = (whole ?? '0').replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction ? `${digits}.${fraction}` : digits;
}

function money(value: number, currency: string): string {
  const sign = signs[currency] ?? (/^[A-Z]{3}$/.test(currency) ? '' : currency);
  const text = sign ? `${sign}${grouped(value)}` : `${grouped(value)} ${currency}`.trim();
  return value < 0 ? `−${text}` : text;
}

function brief(value: number, currency: string): string {
  if (Math.abs(value) >= 1e6) return money(value / 1e6, currency) + 'M';
  if (Math.abs(value) >= 1e3) return money(value / 1e3, currency) + 'k';
  return money(value, currency);
}

/** Returns a round step of which four reach at least `highest`. */
function stepFor(highest: number): number {
  const raw = Math.max(highest, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  return (steps.find((step) => step * power >= raw) ?? 10) * power;
}

/** Returns the mean of a point and the two before it. */
function trendAt(points: Point[], index: number): number {
  const span = points.slice(Math.max(0, index - 2), index + 1);
  return span.reduce((sum, point) => sum + point.value, 0) / span.length;
}

export default function RevenueChart({ title, currency = 'USD', points }: Props) {
  if (points.length === 0) return null;
  const step = stepFor(Math.max(...points.map((point) => point.value)));
  const ceiling = step * 4;
  const slot = 100 / points.length;
  const y = (value: number) => Number((100 - (Math.max(0, value) / ceiling) * 100).toFixed(2));
  const x = (index: number) => Number(((index + 0.5) * slot).toFixed(2));
  const line = points.map((_, index) => `${x(index)},${y(trendAt(points, index))}`).join(' ');
  return (
    <section className="section revenue-chart">
      <figure className="revenue-chart__figure">
        <figcaption className="revenue-chart__caption">
          <h2 className="revenue-chart__title">{title}</h2>
          <p className="revenue-chart__legend" aria-hidden="true">
            <span className="revenue-chart__key revenue-chart__key--bar">Revenue</span>
            <span className="revenue-chart__key revenue-chart__key--line">Three-period mean</span>
          </p>
        </figcaption>
        <div className="revenue-chart__plot" aria-hidden="true">
          <div className="revenue-chart__scale">
            {[4, 3, 2, 1, 0].map((tick) => (
              <span key={tick}>{brief(tick * step, currency)}</span>
            ))}
          </div>
          <svg className="revenue-chart__svg" viewBox="0 0 100 100" preserveAspectRatio="none">
            {[0, 25, 50, 75, 100].map((level) => (
              <line key={level} className="revenue-chart__grid" x1="0" x2="100" y1={level} y2={level} />
            ))}
            {points.map((point, index) => (
              <rect
                key={index}
                className="revenue-chart__bar"
                x={Number((index * slot + slot * 0.18).toFixed(2))}
                y={y(point.value)}
                width={Number((slot * 0.64).toFixed(2))}
                height={Number((100 - y(point.value)).toFixed(2))}
              >
                <title>{`${point.label}: ${money(point.value, currency)}`}</title>
              </rect>
            ))}
            <polyline className="revenue-chart__line" points={line} />
          </svg>
          <div
            className={`revenue-chart__labels${points.length > 7 ? ' revenue-chart__labels--many' : ''}`}
          >
            {points.map((point, index) => (
              <span key={index}>{point.label}</span>
            ))}
          </div>
        </div>
        <details className="revenue-chart__details">
          <summary>Show the figures</summary>
          <table className="revenue-chart__table">
            <caption className="visually-hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">Period</th>
                <th scope="col">Revenue</th>
                <th scope="col">Mean</th>
              </tr>
            </thead>
            <tbody>
              {points.map((point, index) => (
                <tr key={index}>
                  <th scope="row">{point.label}</th>
                  <td>{money(point.value, currency)}</td>
                  <td>{money(Math.round(trendAt(points, index)), currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </figure>
    </section>
  );
}
