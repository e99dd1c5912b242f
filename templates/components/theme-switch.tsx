import { useEffect, useState } from 'react';

type Scheme = 'light' | 'dark' | 'system';

const choices: { scheme: Scheme; label: string; icon: string }[] = [
  {
    scheme: 'light',
    label: 'Light',
    icon: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  },
  {
    scheme: 'dark',
    label: 'Dark',
    icon: 'M20.5 14.2A8.5 8.5 0 0 1 9.8 3.5a8.5 8.5 0 1 0 10.7 10.7Z',
  },
  { scheme: 'system', label: 'System', icon: 'M3 5h18v11H3zM9 20h6M12 16v4' },
];

const following: Record<Scheme, Scheme> = { light: 'dark', dark: 'system', system: 'light' };

function stored(): Scheme | null {
  try {
    const value = localStorage.getItem('scheme');
    return value === 'light' || value === 'dark' || value === 'system' ? value : null;
  } catch {
    return null;
  }
}

function remember(scheme: Scheme) {
  try {
    localStorage.setItem('scheme', scheme);
  } catch {
    /* Storage can be switched off; the choice then lasts as long as the page. */
  }
}

function isDarkNow(): boolean {
  return getComputedStyle(document.documentElement).colorScheme.startsWith('dark');
}

function Icon({ path }: { path: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}

/** No choice is pressed until the visitor makes one: the site then shows in its own colours. */
export default function ThemeSwitch() {
  const [scheme, setScheme] = useState<Scheme | null>(null);

  useEffect(() => {
    const kept = stored();
    if (kept) setScheme(kept);
  }, []);

  useEffect(() => {
    if (!scheme) return;
    const root = document.documentElement;
    const system = matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      root.dataset.scheme = scheme === 'system' ? (system.matches ? 'dark' : 'light') : scheme;
    };
    apply();
    system.addEventListener('change', apply);
    return () => system.removeEventListener('change', apply);
  }, [scheme]);

  const choose = (next: Scheme) => {
    remember(next);
    setScheme(next);
  };
  const now = choices.find((choice) => choice.scheme === scheme);

  return (
    <div className="theme-switch" role="group" aria-label="Colour scheme">
      <button
        type="button"
        className="theme-switch__cycle"
        aria-label={`Colour scheme: ${now ? now.label : 'the site’s own'}. Change`}
        onClick={() => choose(scheme ? following[scheme] : isDarkNow() ? 'light' : 'dark')}
      >
        <Icon path={(now ?? choices[1]!).icon} />
      </button>
      {choices.map((choice) => (
        <button
          key={choice.scheme}
          type="button"
          className="theme-switch__choice"
          aria-pressed={choice.scheme === scheme}
          aria-label={choice.label}
          title={choice.label}
          onClick={() => choose(choice.scheme)}
        >
          <Icon path={choice.icon} />
        </button>
      ))}
    </div>
  );
}
