import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';

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
  const [selected, setSelected] = useState(0);
  const buttons = useRef<(HTMLButtonElement | null)[]>([]);
  const id = identifier(items);
  const targets: Record<string, number> = {
    ArrowRight: (selected + 1) % items.length,
    ArrowLeft: (selected - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const move = (event: KeyboardEvent) => {
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setSelected(target);
    buttons.current[target]?.focus();
  };

  return (
    <section className="section tabs" aria-label={title ? undefined : 'Tabs'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
        </div>
      ) : null}
      <div className="tabs__list" role="tablist" aria-label={title || 'Topics'} onKeyDown={move}>
        {items.map((item, index) => (
          <button
            key={item.label}
            ref={(button) => {
              buttons.current[index] = button;
            }}
            type="button"
            role="tab"
            id={`${id}-tab-${index}`}
            className="tabs__tab"
            aria-selected={index === selected}
            aria-controls={`${id}-panel-${index}`}
            tabIndex={index === selected ? 0 : -1}
            onClick={() => setSelected(index)}
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
          hidden={index !== selected}
        >
          {item.text.split(/\n{2,}/).map((paragraph, position) => (
            <p key={position}>{paragraph}</p>
          ))}
        </div>
      ))}
    </section>
  );
}
