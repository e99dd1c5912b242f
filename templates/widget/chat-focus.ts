import type { KeyboardEvent } from "react";

/** Moves the focus with the arrow keys, Home and End among the elements matching `selector`. */
export function moveFocus(event: KeyboardEvent<HTMLElement>, selector: string) {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const now = items.indexOf(event.target as HTMLElement);
  const steps: Record<string, number> = {
    ArrowDown: now + 1,
    ArrowRight: now + 1,
    ArrowUp: now - 1,
    ArrowLeft: now - 1,
    Home: 0,
    End: items.length - 1,
  };
  const step = steps[event.key];
  if (now < 0 || step === undefined) return;
  event.preventDefault();
  items[(step + items.length) % items.length]?.focus();
}
