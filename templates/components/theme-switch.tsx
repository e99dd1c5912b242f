import { useEffect, useState } from 'react';
import { useNode } from 'robbieblocks';

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

/** Until the visitor chooses, the button is pressed that stands for the node's own colours. */
export default function ThemeSwitch() {
  const { theme } = useNode();
  const [chosen, setChosen] = useState<Scheme | null>(null);
  const scheme = chosen ?? (theme === 'professional' ? 'system' : theme);

  useEffect(() => {
    const kept = stored();
    if (kept) setChosen(kept);
  }, []);

  useEffect(() => {
    if (!chosen) return;
    const root = document.documentElement;
    const system = matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      root.dataset.scheme = chosen === 'system' ? (system.matches ? 'dark' : 'light') : chosen;
    };
    apply();
    system.addEventListener('change', apply);
    return () => system.removeEventListener('change', apply);
  }, [chosen]);

  const choose = (next: Scheme) => {
    remember(next);
    setChosen(next);
  };
  const now = choices.find((choice) => choice.scheme === scheme)!;

  return (
    <div className="theme-switch" role="group" aria-label="Colour scheme">
      <button
        type="button"
        className="theme-switch__cycle"
        aria-label={`Colour scheme: ${now.label}. Change`}
        onClick={() => choose(chosen ? following[chosen] : isDarkNow() ? 'light' : 'dark')}
      >
        <Icon path={now.icon} />
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
