interface Props {
  title?: string;
  names: string[];
}

export default function LogoStrip({ title = '', names }: Props) {
  return (
    <section className="logo-strip" aria-label={title ? undefined : 'Customers'}>
      {title ? <h2 className="logo-strip__title">{title}</h2> : null}
      <ul role="list" className="logo-strip__list">
        {names.map((name) => (
          <li key={name} className="logo-strip__name">
            {name}
          </li>
        ))}
      </ul>
    </section>
  );
}
