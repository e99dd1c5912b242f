import { useMenu, useNode, usePage } from 'robbieblocks';
import type { MenuItem } from 'robbieblocks';

interface Props {
  cta?: { label: string; href: string };
  apps?: string[];
}

function current(route: string, here: string): 'page' | 'true' | undefined {
  if (route === here) return 'page';
  const isSection = route !== '/' && here.startsWith(route.endsWith('/') ? route : `${route}/`);
  return isSection ? 'true' : undefined;
}

function MenuList({ items }: { items: MenuItem[] }) {
  const here = usePage().route;
  return (
    <ul role="list" className="site-header__list">
      {items.map((item) => (
        <li key={item.route}>
          <a
            className="site-header__link"
            href={item.route}
            aria-current={current(item.route, here)}
          >
            {item.label}
          </a>
        </li>
      ))}
    </ul>
  );
}

export default function SiteHeader({ cta, apps = [] }: Props) {
  const node = useNode();
  const items = useMenu().filter(({ app }) => apps.length === 0 || apps.includes(app));
  const hasMenu = items.length > 0;
  return (
    <div className="site-header">
      <a className="site-header__brand" href="/">
        {node.logo ? (
          <img className="site-header__logo" src={node.logo} alt="" width="36" height="36" />
        ) : null}
        <span className="site-header__name">{node.name}</span>
      </a>
      {hasMenu ? (
        <nav className="site-header__nav" aria-label="Main">
          <MenuList items={items} />
        </nav>
      ) : null}
      {cta ? (
        <a className="button button--primary site-header__cta" href={cta.href}>
          {cta.label}
        </a>
      ) : null}
      {hasMenu ? (
        <details className="site-header__menu" data-menu>
          <summary className="site-header__toggle">
            <span className="visually-hidden">Menu</span>
            <svg viewBox="0 0 24 24" width="24" height="24" fill="none" aria-hidden="true">
              <path
                className="site-header__bars"
                d="M4 7h16M4 12h16M4 17h16"
                stroke="currentColor"
                strokeWidth="2"
                strokeLinecap="round"
              />
              <path
                className="site-header__cross"
                d="M6 6l12 12M18 6L6 18"
                stroke="currentColor"
                strokeWidth="2"
                strokeLinecap="round"
              />
            </svg>
          </summary>
          <nav className="site-header__panel" aria-label="Main menu">
            <MenuList items={items} />
            {cta ? (
              <a className="button button--primary" href={cta.href}>
                {cta.label}
              </a>
            ) : null}
          </nav>
        </details>
      ) : null}
    </div>
  );
}

/**
 * Closes a `<details data-menu>`, which covers the page, on Escape and returns the focus to its summary.
 * It also closes when the focus moves to an element behind it.
 */
export function enhance() {
  const openMenus = () => document.querySelectorAll<HTMLDetailsElement>('details[data-menu][open]');
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    }
  });
  addEventListener('focusin', (event) => {
    for (const menu of openMenus()) {
      if (!menu.contains(event.target as Element)) menu.open = false;
    }
  });
}
