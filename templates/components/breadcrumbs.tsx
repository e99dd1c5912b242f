import { usePage, usePages } from 'robbieblocks';

interface Item {
  label: string;
  href?: string;
}

interface Props {
  items?: Item[];
}

/** The pages above this one by route, the home page first. */
function useTrail(): Item[] {
  const page = usePage();
  const above = usePages().filter(
    ({ route }) =>
      route !== page.route && page.route.startsWith(route.endsWith('/') ? route : `${route}/`),
  );
  const links = above
    .sort((a, b) => a.route.length - b.route.length)
    .map(({ name, route }) => ({ label: name, href: route }));
  return [...links, { label: page.name }];
}

export default function Breadcrumbs({ items = [] }: Props) {
  const own = useTrail();
  const steps = items.length > 0 ? items : own;
  const last = steps.length - 1;
  return (
    <nav className="breadcrumbs" aria-label="Breadcrumb">
      <ol role="list" className="breadcrumbs__list">
        {steps.map((step, index) => (
          <li key={step.label} className="breadcrumbs__item">
            {index < last && step.href ? (
              <a className="breadcrumbs__link" href={step.href}>
                {step.label}
              </a>
            ) : (
              <span aria-current={index === last ? 'page' : undefined}>{step.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
