export default function BenchHeader() {
  const page = usePage();
  const node = useNode();
  return (
    <nav className="bench-header" aria-label="Main">
      <a className="bench-header__name" href="/">
        {node.name}
      </a>
      <ul>
        {useMenu().map((item) => (
          <li key={item.route}>
            <a href={item.route} aria-current={item.route === page.route ? 'page' : undefined}>
              {item.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
