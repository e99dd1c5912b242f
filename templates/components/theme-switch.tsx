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

/** Until the visitor chooses, the button for the node's own colours is pressed. */
export default function ThemeSwitch() {
  const { theme } = useNode();
  const own = theme === 'professional' ? 'system' : theme;
  const now = choices.find(({ scheme }) => scheme === own)!;
  return (
    <div className="theme-switch" role="group" aria-label="Colour scheme">
      <button
        type="button"
        className="theme-switch__cycle"
        aria-label={`Colour scheme: ${now.label}. Change`}
      >
        <Icon path={now.icon} />
      </button>
      {choices.map(({ scheme, label, icon }) => (
        <button
          key={scheme}
          type="button"
          className="theme-switch__choice"
          aria-pressed={scheme === own}
          aria-label={label}
          title={label}
          value={scheme}
        >
          <Icon path={icon} />
        </button>
      ))}
    </div>
  );
}

const following: Record<string, string> = { light: 'dark', dark: 'system', system: 'light' };

export function enhance() {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const switches = document.querySelectorAll('.theme-switch');
  let chosen = '';

  const apply = () => {
    if (!chosen) return;
    root.dataset.scheme = chosen === 'system' ? (system.matches ? 'dark' : 'light') : chosen;
    for (const one of switches) {
      const cycle = one.querySelector('.theme-switch__cycle')!;
      for (const choice of one.querySelectorAll<HTMLButtonElement>('.theme-switch__choice')) {
        const isChosen = choice.value === chosen;
        choice.setAttribute('aria-pressed', String(isChosen));
        if (!isChosen) continue;
        cycle.setAttribute('aria-label', `Colour scheme: ${choice.title}. Change`);
        cycle.innerHTML = choice.innerHTML;
      }
    }
  };
  const choose = (scheme: string) => {
    chosen = scheme;
    try {
      localStorage.setItem('scheme', scheme);
    } catch {
      /* Storage may be disabled; the choice then applies to this page only. */
    }
    apply();
  };

  for (const button of document.querySelectorAll<HTMLButtonElement>('.theme-switch > button')) {
    button.addEventListener('click', () => {
      const isDark = getComputedStyle(root).colorScheme.startsWith('dark');
      choose(button.value || following[chosen] || (isDark ? 'light' : 'dark'));
    });
  }
  system.addEventListener('change', apply);
  try {
    const kept = localStorage.getItem('scheme') ?? '';
    if (following[kept]) chosen = kept;
  } catch {
    /* Storage may be disabled; nothing is chosen then. */
  }
  apply();
}
