interface Item {
  icon?: string;
  title: string;
  text: string;
  href?: string;
  picture?: { src: string; alt: string; width: number; height: number };
}

interface Props {
  title?: string;
  text?: string;
  items: Item[];
}

/** Outlines on a 24 by 24 grid. */
const icons: Record<string, string> = {
  beaker: 'M9 3h6M10 3v6l-5.2 9a2 2 0 0 0 1.7 3h11a2 2 0 0 0 1.7-3L14 9V3M7.4 14h9.2',
  bolt: 'M13 2 4 14h7l-1 8 9-12h-7l1-8Z',
  book: 'M12 6c-2-1.6-5-2-8-2v14c3 0 6 .4 8 2 2-1.6 5-2 8-2V4c-3 0-6 .4-8 2Zm0 0v14',
  box: 'm12 3 8 4.5v9L12 21l-8-4.5v-9L12 3Zm0 9 8-4.5M12 12v9M12 12 4 7.5',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v5M16 3v5',
  cart: 'M3 4h2.5l2.3 11h9.7L20 7.5H6.3M9 20h.01M16.5 20h.01',
  chart: 'M4 20h16M7 16v-5M12 16V6M17 16v-8',
  chat: 'M4 5h16v11h-8l-5 4v-4H4zM8 10h8',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3.5 2',
  code: 'm8 8-4 4 4 4M16 8l4 4-4 4M13.5 5l-3 14',
  eye: 'M2.5 12C5 7.5 8.3 5.5 12 5.500s7 2 9.5 6.500c-2.5 4.5-5.8 6.5-9.5 6.500S5 16.5 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  flag: 'M6 21V4M6 5h12l-2.5 4L18 13H6',
  game: 'M7 8h10a5 5 0 0 1 4.8 6.400l-.6 2a2.5 2.5 0 0 1-4.3 1L15 15H9l-1.9 2.400a2.5 2.5 0 0 1-4.3-1l-.6-2A5 5 0 0 1 7 8Zm0 2.500v3M5.5 12h3M16 11h.01M18 13h.01',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c2.5 2.6 3.7 5.6 3.7 9s-1.2 6.4-3.7 9c-2.5-2.6-3.7-5.6-3.7-9S9.5 5.6 12 3Z',
  heart: 'M12 20C6 15.5 3.5 12.3 3.5 9A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8.5 2c0 3.3-2.5 6.5-8.5 11Z',
  layers: 'm12 3 9 5-9 5-9-5 9-5ZM3 12l9 5 9-5M3 16l9 5 9-5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  mail: 'M3 6h18v12H3zM3.5 7l8.5 6.500L20.5 7',
  money: 'M12 3v18M16.5 7.500C16 6 14.3 5.3 12 5.300c-2.6 0-4.5 1.2-4.5 3.2 0 4.6 9.3 2.3 9.3 7 0 2-2 3.2-4.8 3.2-2.5 0-4.4-.9-4.9-2.6',
  palette: 'M12 3a9 9 0 1 0 0 18c1.2 0 1.8-.8 1.8-1.7 0-1.2-1-1.5-1-2.5 0-.9.8-1.5 1.8-1.500H17a4 4 0 0 0 4-4C21 6.5 17 3 12 3ZM7.5 12h.01M9.5 7.500h.01M14.5 7.500h.01',
  rocket: 'M12 15c5-3 7.5-7 7.5-11.500C15 3.5 11 6 8 11l4 4Zm-4-4H4.500L7 7.500h3M12 15v4l3.5-3v-3M6 15c-1.5 1-2 3-2 5 2 0 4-.5 5-2',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4.5 4.5',
  shield: 'M12 3 5 5.500V11c0 4.5 2.8 8 7 10 4.2-2 7-5.5 7-10V5.500L12 3Zm-3 9 2.2 2.200L15.5 10',
  spark: 'M12 3c.6 5 3.5 8.2 9 9-5.5.8-8.4 4-9 9-.6-5-3.5-8.2-9-9 5.5-.8 8.4-4 9-9Z',
  star: 'm12 3.5 2.6 5.6 6.1.7-4.5 4.2 1.2 6-5.4-3-5.4 3 1.2-6-4.5-4.2 6.1-.7L12 3.500Z',
  tag: 'M4 4h8l8.5 8.5-8 8L4 12V4Zm4 4h.01',
  target: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-4a5 5 0 1 0 0-10 5 5 0 0 0 0 10Zm0-5h.01',
  users: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c0-3.5 2.7-6 6-6s6 2.5 6 6M16 4.300a3.5 3.5 0 0 1 0 6.400M17.5 14.300c2.1.8 3.5 3 3.5 5.7',
};

function Icon({ name }: { name: string }) {
  const isWord = /^[\w -]*$/.test(name);
  return (
    <span className="feature-grid__icon" aria-hidden="true">
      {isWord ? (
        <svg
          viewBox="0 0 24 24"
          width="24"
          height="24"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.75"
          strokeLinecap="round"
          strokeLinejoin="round"
        >
          <path d={icons[name.toLowerCase()] ?? icons.spark} />
        </svg>
      ) : (
        name
      )}
    </span>
  );
}

export default function FeatureGrid({ title = '', text = '', items }: Props) {
  return (
    <section className="section feature-grid">
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
          {text ? <p className="section-head__text">{text}</p> : null}
        </div>
      ) : null}
      <ul role="list" className="tiles feature-grid__list">
        {items.map((item) => (
          <li key={item.title} className="card feature-grid__item">
            {item.picture ? (
              <img
                className="feature-grid__picture"
                src={item.picture.src}
                alt={item.picture.alt}
                width={item.picture.width}
                height={item.picture.height}
                loading="lazy"
              />
            ) : (
              <Icon name={item.icon ?? 'spark'} />
            )}
            <h3 className="feature-grid__title">
              {item.href ? <a href={item.href}>{item.title}</a> : item.title}
            </h3>
            <p className="feature-grid__text">{item.text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
