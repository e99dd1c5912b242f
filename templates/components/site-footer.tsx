import { useNode } from 'robbieblocks';

interface Props {
  columns?: { title: string; links: { label: string; href: string }[] }[];
  note?: string;
}

export default function SiteFooter({ columns = [], note = '' }: Props) {
  const node = useNode();
  return (
    <div className="site-footer">
      <div className="site-footer__grid">
        <div className="site-footer__brand">
          <a className="site-footer__home" href="/">
            {node.logo ? <img src={node.logo} alt="" width="36" height="36" /> : null}
            <span>{node.name}</span>
          </a>
          {node.tagline ? <p className="site-footer__tagline">{node.tagline}</p> : null}
        </div>
        {columns.length > 0 ? (
          <nav className="site-footer__columns" aria-label="Footer">
            {columns.map((column) => (
              <div key={column.title} className="site-footer__column">
                <h2 className="site-footer__title">{column.title}</h2>
                <ul role="list">
                  {column.links.map((link) => (
                    <li key={link.href + link.label}>
                      <a className="site-footer__link" href={link.href}>
                        {link.label}
                      </a>
                    </li>
                  ))}
                </ul>
              </div>
            ))}
          </nav>
        ) : null}
      </div>
      {note ? <p className="site-footer__note">{note}</p> : null}
    </div>
  );
}
