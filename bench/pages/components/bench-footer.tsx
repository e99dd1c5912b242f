export default function BenchFooter() {
  const node = useNode();
  return (
    <div className="bench-footer">
      <p>
        {node.name}: {node.tagline}
      </p>
      <ul>
        <li>
          <a href="https://example.com/imprint">Imprint</a>
        </li>
        <li>
          <a href="https://example.com/privacy">Privacy</a>
        </li>
      </ul>
    </div>
  );
}
