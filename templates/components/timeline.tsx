interface Props {
  title?: string;
  text?: string;
  items: {
    when: string;
    title: string;
    text: string;
    picture?: { src: string; alt: string; width: number; height: number };
  }[];
}

export default function Timeline({ title = '', text = '', items }: Props) {
  return (
    <section className="section timeline" aria-label={title ? undefined : 'Timeline'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
          {text ? <p className="section-head__text">{text}</p> : null}
        </div>
      ) : null}
      <ol role="list" className="timeline__list">
        {items.map((item) => (
          <li key={item.when + item.title} className="timeline__item">
            <p className="timeline__when">{item.when}</p>
            <div className="timeline__body">
              <h3 className="timeline__title">{item.title}</h3>
              <p className="timeline__text">{item.text}</p>
            </div>
            {item.picture ? (
              <img
                className="timeline__picture"
                src={item.picture.src}
                alt={item.picture.alt}
                width={item.picture.width}
                height={item.picture.height}
                loading="lazy"
              />
            ) : null}
          </li>
        ))}
      </ol>
    </section>
  );
}
