export default function BenchHero({ title, lead, action, href }) {
  return (
    <section className="bench-hero">
      <h1>{title}</h1>
      <p className="bench-hero__lead">{lead}</p>
      <p>
        <a className="button" href={href}>
          {action}
        </a>
      </p>
    </section>
  );
}
