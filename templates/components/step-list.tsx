interface Props {
  title?: string;
  text?: string;
  items: { title: string; text: string }[];
}

export default function StepList({ title = '', text = '', items }: Props) {
  return (
    <section className="section step-list" aria-label={title ? undefined : 'Steps'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
          {text ? <p className="section-head__text">{text}</p> : null}
        </div>
      ) : null}
      <ol role="list" className="tiles step-list__list">
        {items.map((item, index) => (
          <li key={item.title} className="step-list__item">
            <span className="step-list__number" aria-hidden="true">
              {index + 1}
            </span>
            <h3 className="step-list__title">{item.title}</h3>
            <p className="step-list__text">{item.text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
