export type ThemeName = 'dark' | 'light';
export type ThemeChoice = ThemeName | 'system';

const KEY = 'board.theme';
const system = () => matchMedia('(prefers-color-scheme: light)');

export function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY);
  return stored === 'light' || stored === 'system' ? stored : 'dark';
}

export function resolve(choice: ThemeChoice): ThemeName {
  if (choice !== 'system') return choice;
  return system().matches ? 'light' : 'dark';
}

/** Sets the theme and remembers it on this computer. Dark is the default: consoles stand in dark rooms. */
export function choose(choice: ThemeChoice): ThemeName {
  localStorage.setItem(KEY, choice);
  return show(choice);
}

/** Sets the theme for this window only, as a link may ask for. */
export function show(choice: ThemeChoice): ThemeName {
  const name = resolve(choice);
  document.documentElement.dataset['theme'] = name;
  return name;
}

export function onSystemChange(listener: () => void): () => void {
  const query = system();
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
