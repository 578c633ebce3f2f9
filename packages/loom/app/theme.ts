import { useState } from 'preact/hooks';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'loom-theme';
const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

function saved(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system'; // storage is closed to some pages from disk
  }
}

function apply(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

export function applySavedTheme(): void {
  apply(saved());
}

export function useTheme(): { theme: Theme; next: Theme; turn(): void } {
  const [theme, setTheme] = useState(saved);
  const turn = () => {
    const next = NEXT[theme];
    apply(next);
    setTheme(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Stays until the page is closed.
    }
  };
  return { theme, next: NEXT[theme], turn };
}
