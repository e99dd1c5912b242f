interface Item {
  title: string;
  text: string;
  href?: string;
  value?: string;
  size?: 'small' | 'large';
  picture?: { src: string; alt: string; width: number; height: number };
}

interface Props {
  title?: string;
  text?: string;
  items: Item[];
}

function Cell({ item }: { item: Item }) {
  const kinds = [
    `bento-grid__cell--${item.size ?? 'small'}`,
    item.picture ? ' bento-grid__cell--picture' : '',
  ].join('');
  return (
    <li className={`bento-grid__cell ${kinds}`}>
      <div className="bento-grid__body">
        {item.value ? <p className="bento-grid__value">{item.value}</p> : null}
        <h3 className="bento-grid__title">
          {item.href ? <a href={item.href}>{item.title}</a> : item.title}
        </h3>
        <p className="bento-grid__text">{item.text}</p>
      </div>
      {item.picture ? (
        <img
          className="bento-grid__picture"
          src={item.picture.src}
          alt={item.picture.alt}
          width={item.picture.width}
          height={item.picture.height}
          loading="lazy"
        />
      ) : null}
    </li>
  );
}

export default function BentoGrid({ title = '', text = '', items }: Props) {
  return (
    <section className="section bento-grid" aria-label={title ? undefined : 'At a glance'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
          {text ? <p className="section-head__text">{text}</p> : null}
        </div>
      ) : null}
      <ul role="list" className="bento-grid__list">
        {items.map((item) => (
          <Cell key={item.title} item={item} />
        ))}
      </ul>
    </section>
  );
}
