import { usePage, usePages } from 'robbieblocks';

interface Props {
  app?: string;
  title?: string;
}

/** Whether one of `routes` stands above this one, below the first level. */
function isBelow(route: string, routes: Set<string>): boolean {
  const names = route.split('/').filter(Boolean);
  for (let length = 2; length < names.length; length += 1) {
    if (routes.has(`/${names.slice(0, length).join('/')}/`)) return true;
  }
  return false;
}

export default function SideNav({ app, title = '' }: Props) {
  const here = usePage();
  const pages = usePages(app || here.app)
    .filter(({ key }) => key !== '404')
    .sort((a, b) => a.order - b.order);
  const routes = new Set(pages.map((page) => page.route));
  if (pages.length === 0) return null;
  return (
    <nav className="side-nav" aria-label={title || 'In this section'}>
      {title ? <p className="side-nav__title">{title}</p> : null}
      <ul role="list" className="side-nav__list">
        {/* A page below another one of the list is set in. */}
        {pages.map((page) => (
          <li key={page.key}>
            <a
              className={`side-nav__link${isBelow(page.route, routes) ? ' side-nav__link--below' : ''}`}
              href={page.route}
              aria-current={page.route === here.route ? 'page' : undefined}
            >
              {page.name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Where the list is a row that scrolls, the current page is in sight, with a part of its neighbour. */
export function enhance() {
  for (const list of document.querySelectorAll<HTMLElement>('.side-nav__list')) {
    const current = list.querySelector<HTMLElement>('[aria-current]');
    if (current) list.scrollLeft = current.offsetLeft - list.offsetLeft - 48;
  }
}
