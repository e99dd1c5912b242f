export default function BenchStats({ items }) {
  return (
    <dl className="bench-stats">
      {items.map((item, index) => (
        <div key={index} className="bench-stats__item">
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
