import { usePage, usePages } from 'robbieblocks';

interface Props {
  app?: string;
  previous: string;
  next: string;
}

/** Links to the previous and the next page, in the order of the side navigation. */
export default function PageTurner({ app, previous, next }: Props) {
  const here = usePage();
  const pages = usePages(app || here.app)
    .filter(({ key }) => key !== '404')
    .sort((a, b) => a.order - b.order);
  const place = pages.findIndex(({ key }) => key === here.key);
  if (place < 0 || pages.length < 2) return null;
  const before = pages[place - 1];
  const after = pages[place + 1];
  return (
    <nav className="page-turner" aria-label={`${previous}, ${next}`}>
      {before ? (
        <a className="page-turner__link" href={before.route} rel="prev">
          <span className="page-turner__label">
            <span aria-hidden="true">← </span>
            {previous}
          </span>
          <span className="page-turner__title">{before.name}</span>
        </a>
      ) : null}
      {after ? (
        <a className="page-turner__link page-turner__link--next" href={after.route} rel="next">
          <span className="page-turner__label">
            {next}
            <span aria-hidden="true"> →</span>
          </span>
          <span className="page-turner__title">{after.name}</span>
        </a>
      ) : null}
    </nav>
  );
}
