interface Props {
  title?: string;
  items: { label: string; text: string }[];
}

/** The same on server and browser, and distinct among the tab sets of a page. */
function identifier(items: Props['items']): string {
  const words = items.map((item) => item.label.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
  return `tabs-${words.join('-')}`;
}

export default function Tabs({ title = '', items }: Props) {
  const id = identifier(items);
  return (
    <section className="section tabs" aria-label={title ? undefined : 'Tabs'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
        </div>
      ) : null}
      <div className="tabs__list" role="tablist" aria-label={title || 'Topics'}>
        {items.map((item, index) => (
          <button
            key={item.label}
            type="button"
            role="tab"
            id={`${id}-tab-${index}`}
            className="tabs__tab"
            aria-selected={index === 0}
            aria-controls={`${id}-panel-${index}`}
            tabIndex={index === 0 ? 0 : -1}
          >
            {item.label}
          </button>
        ))}
      </div>
      {items.map((item, index) => (
        <div
          key={item.label}
          role="tabpanel"
          id={`${id}-panel-${index}`}
          className="tabs__panel"
          aria-labelledby={`${id}-tab-${index}`}
          tabIndex={0}
        >
          {item.text.split(/\n{2,}/).map((paragraph, position) => (
            <p key={position}>{paragraph}</p>
          ))}
        </div>
      ))}
    </section>
  );
}

/** Until hydration, and without a script, `tabs.css` determines which panels are visible. */
export function enhance() {
  for (const list of document.querySelectorAll('.tabs__list')) {
    const tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')];
    const panels = list.parentElement!.querySelectorAll<HTMLElement>('[role=tabpanel]');
    let selected = 0;
    const select = (target: number) => {
      selected = target;
      tabs.forEach((tab, index) => {
        tab.setAttribute('aria-selected', String(index === selected));
        tab.tabIndex = index === selected ? 0 : -1;
        panels[index]!.hidden = index !== selected;
      });
    };
    select(0);
    // A link may lead to a panel or to an element in one.
    const follow = () => {
      const target = document.getElementById(location.hash.slice(1));
      const index = [...panels].findIndex((panel) => panel.contains(target));
      if (index < 0) return;
      select(index);
      target!.scrollIntoView();
    };
    follow();
    addEventListener('hashchange', follow);
    list.parentElement!.dataset.live = '';
    tabs.forEach((tab, index) => tab.addEventListener('click', () => select(index)));
    list.addEventListener('keydown', (event) => {
      const targets: Record<string, number> = {
        ArrowRight: (selected + 1) % tabs.length,
        ArrowLeft: (selected - 1 + tabs.length) % tabs.length,
        Home: 0,
        End: tabs.length - 1,
      };
      const target = targets[(event as KeyboardEvent).key];
      if (target === undefined) return;
      event.preventDefault();
      select(target);
      tabs[target]!.focus();
    });
  }
}
