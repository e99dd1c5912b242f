import { usePage, usePages } from 'robbieblocks';

interface Props {
  app?: string;
  title?: string;
  limit?: number;
}

export default function PageList({ app, title = '', limit = 12 }: Props) {
  const here = usePage().key;
  const pages = usePages(app)
    .filter(({ key }) => key !== here && key !== '404')
    .sort((a, b) => a.order - b.order)
    .slice(0, limit);
  if (pages.length === 0) return null;
  return (
    <section className="section page-list" aria-label={title ? undefined : 'Pages'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
        </div>
      ) : null}
      <ul role="list" className="tiles page-list__list">
        {pages.map((page) => (
          <li key={page.key} className="page-list__item">
            <h3 className="page-list__title">
              <a href={page.route}>{page.name}</a>
            </h3>
            {page.description ? <p className="page-list__text">{page.description}</p> : null}
            <span className="page-list__arrow" aria-hidden="true">
              →
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
