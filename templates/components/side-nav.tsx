import { usePage, usePages } from 'robbieblocks';

interface Props {
  app?: string;
  title?: string;
}

export default function SideNav({ app, title = '' }: Props) {
  const here = usePage();
  const pages = usePages(app || here.app)
    .filter(({ key }) => key !== '404')
    .sort((a, b) => a.order - b.order);
  if (pages.length === 0) return null;
  return (
    <nav className="side-nav" aria-label={title || 'In this section'}>
      {title ? <p className="side-nav__title">{title}</p> : null}
      <ul role="list" className="side-nav__list">
        {pages.map((page) => (
          <li key={page.key}>
            <a
              className="side-nav__link"
              href={page.route}
              aria-current={page.route === here.route ? 'page' : undefined}
            >
              {page.title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
