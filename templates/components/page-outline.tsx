import { useHeadings } from 'robbieblocks';

interface Props {
  title: string;
}

const longest = 60;

/** Links to the sections of the page's Markdown: collapsed on a small screen, a column on a wide one. */
export default function PageOutline({ title }: Props) {
  const headings = useHeadings()
    .filter(({ level, text }) => (level === 2 || level === 3) && text)
    .slice(0, longest);
  if (headings.length < 2) return null;
  const list = (
    <ul role="list" className="page-outline__list">
      {headings.map(({ id, level, text }) => (
        <li key={id}>
          <a className={`page-outline__link page-outline__link--${level}`} href={`#${id}`}>
            {text}
          </a>
        </li>
      ))}
    </ul>
  );
  return (
    <nav className="page-outline" aria-label={title}>
      <details className="page-outline__fold">
        <summary className="page-outline__summary">{title}</summary>
        {list}
      </details>
      <div className="page-outline__column">
        <p className="page-outline__title">{title}</p>
        {list}
      </div>
    </nav>
  );
}

export function enhance() {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.page-outline__link')];
  const places = links.map((link) => document.getElementById(link.getAttribute('href')!.slice(1)));

  /** Marks the current section: the last one whose heading is in the upper part of the window. */
  const mark = () => {
    const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
    const line = scrollTop + clientHeight > scrollHeight - 4 ? clientHeight : clientHeight / 4;
    let current: HTMLElement | null = null;
    for (const place of places) {
      if (place && place.getBoundingClientRect().top < line) current = place;
    }
    links.forEach((link, index) => {
      if (current && places[index] === current) link.setAttribute('aria-current', 'location');
      else link.removeAttribute('aria-current');
    });
  };
  let frame = 0;
  const later = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(mark);
  };
  addEventListener('scroll', later, { passive: true });
  addEventListener('resize', later);
  for (const fold of document.querySelectorAll<HTMLDetailsElement>('.page-outline__fold')) {
    fold.onclick = ({ target }) => {
      if ((target as Element).closest('a')) fold.open = false;
    };
  }
  mark();
}
