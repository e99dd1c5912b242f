interface Props {
  title?: string;
  items: { label: string; value: string | number; delta?: string | number; better?: 'higher' | 'lower' }[];
}

const arrows = { up: 'M12 19V5M6 11l6-6 6 6', down: 'M12 5v14M6 13l6 6 6-6' };

function direction(delta: string): 'up' | 'down' | 'flat' {
  if (/^\s*[-−–]/.test(delta)) return 'down';
  return /[1-9]/.test(delta) ? 'up' : 'flat';
}

function Delta({ value, better }: { value: string | number; better: 'higher' | 'lower' }) {
  const text = typeof value === 'number' && value > 0 ? `+${value}` : String(value);
  const way = direction(text);
  const isGood = (way === 'up') === (better === 'higher');
  const judgement = way === 'flat' ? 'flat' : isGood ? 'good' : 'bad';
  return (
    <dd className={`kpi-cards__delta kpi-cards__delta--${judgement}`}>
      {way === 'flat' ? null : (
        <svg
          viewBox="0 0 24 24"
          width="14"
          height="14"
          fill="none"
          stroke="currentColor"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
          aria-hidden="true"
        >
          <path d={arrows[way]} />
        </svg>
      )}
      {text}
    </dd>
  );
}

export default function KpiCards({ title = '', items }: Props) {
  return (
    <section className="section kpi-cards" aria-label={title ? undefined : 'Key figures'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
        </div>
      ) : null}
      <dl className="tiles tiles--small kpi-cards__list">
        {items.map((item) => (
          <div key={item.label} className="card kpi-cards__item">
            <dt className="kpi-cards__label">{item.label}</dt>
            <dd className="kpi-cards__value">{item.value}</dd>
            {item.delta === undefined || item.delta === '' ? null : (
              <Delta value={item.delta} better={item.better ?? 'higher'} />
            )}
          </div>
        ))}
      </dl>
    </section>
  );
}
