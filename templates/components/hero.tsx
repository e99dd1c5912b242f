interface Action {
  label: string;
  href: string;
  kind?: 'primary' | 'secondary' | 'ghost';
}

interface Aside {
  title?: string;
  text?: string;
  items?: { label: string; value: string | number; total?: boolean }[];
}

interface Props {
  eyebrow?: string;
  title: string;
  text?: string;
  actions?: Action[];
  aside?: string | Aside;
  picture?: { src: string; alt: string; width: number; height: number };
}

/** A percentage such as "64%" is drawn as a bar; any other value is shown as text. */
function share(value: string | number): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(String(value));
  return match ? Math.min(100, Number(match[1])) : null;
}

function AsideCard({ aside }: { aside: string | Aside }) {
  const { title = '', text = '', items = [] } = typeof aside === 'string' ? { text: aside } : aside;
  return (
    <div className="hero__aside">
      {title ? <p className="hero__aside-title">{title}</p> : null}
      {items.length > 0 ? (
        <dl className="hero__facts">
          {items.map((item) => {
            const width = share(item.value);
            return (
              <div
                key={item.label}
                className={`hero__fact${item.total ? ' hero__fact--total' : ''}`}
              >
                <dt>{item.label}</dt>
                <dd>{item.value}</dd>
                {width === null ? null : (
                  <dd className="hero__bar" aria-hidden="true">
                    <span style={{ width: `${width}%` }} />
                  </dd>
                )}
              </div>
            );
          })}
        </dl>
      ) : null}
      {text ? <p className="hero__aside-text">{text}</p> : null}
    </div>
  );
}

export default function Hero({
  eyebrow = '',
  title,
  text = '',
  actions = [],
  aside,
  picture,
}: Props) {
  return (
    <section className={`section hero${aside || picture ? ' hero--split' : ''}`}>
      <div className="hero__body">
        {eyebrow ? <p className="hero__eyebrow">{eyebrow}</p> : null}
        <h1 className="hero__title">{title}</h1>
        {text ? <p className="hero__text">{text}</p> : null}
        {actions.length > 0 ? (
          <p className="hero__actions">
            {actions.map((action) => (
              <a
                key={action.href + action.label}
                className={`button button--${action.kind ?? 'primary'}`}
                href={action.href}
              >
                {action.label}
              </a>
            ))}
          </p>
        ) : null}
      </div>
      {picture ? (
        <div className="hero__stage">
          <img
            className="hero__picture"
            src={picture.src}
            alt={picture.alt}
            width={picture.width}
            height={picture.height}
          />
          {aside ? <AsideCard aside={aside} /> : null}
        </div>
      ) : aside ? (
        <AsideCard aside={aside} />
      ) : null}
    </section>
  );
}
