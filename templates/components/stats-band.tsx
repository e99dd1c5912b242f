interface Props {
  title?: string;
  items: { value: string | number; label: string; trend?: string }[];
}

function direction(trend: string): 'up' | 'down' | 'flat' {
  if (/^\s*(\+|▲|↑|up\b)/i.test(trend)) return 'up';
  if (/^\s*(-|−|–|▼|↓|down\b)/i.test(trend)) return 'down';
  return 'flat';
}

export default function StatsBand({ title = '', items }: Props) {
  return (
    <section className="section stats-band" aria-label={title ? undefined : 'In numbers'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
        </div>
      ) : null}
      <dl className="tiles tiles--small stats-band__list">
        {items.map((item) => (
          <div key={item.label} className="stats-band__item">
            <dt className="stats-band__label">{item.label}</dt>
            <dd className="stats-band__value">{item.value}</dd>
            {item.trend ? (
              <dd className={`stats-band__trend stats-band__trend--${direction(item.trend)}`}>
                {item.trend}
              </dd>
            ) : null}
          </div>
        ))}
      </dl>
    </section>
  );
}
