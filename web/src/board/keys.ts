/**
 * Moves the focus to the next panel in reading order, and around. Where none has it, as while it is in
 * the command line, `first` is the next one.
 */
export function nextPanel(way: 1 | -1, first: string | null = null): void {
  const panels = [...document.querySelectorAll<HTMLElement>('[data-panel]')];
  if (!panels.length) return;
  const here = panels.findIndex((panel) => panel.contains(document.activeElement));
  const named = panels.find((panel) => panel.dataset['panel'] === first);
  if (here < 0 && way > 0 && named) return named.focus();
  const from = here < 0 ? (way > 0 ? -1 : 0) : here;
  panels[(from + way + panels.length) % panels.length]?.focus();
}

/** Moves the focus to the next or previous element of a panel that matches, not beyond the last. */
export function stepFocus(panel: HTMLElement, selector: string, way: 1 | -1): void {
  const all = [...panel.querySelectorAll<HTMLElement>(selector)];
  const here = all.findIndex((one) => one.contains(document.activeElement));
  all[here < 0 ? 0 : Math.min(all.length - 1, Math.max(0, here + way))]?.focus();
}

/** Whether keys that are single letters or digits mean anything: a person may turn them off. */
export const singleKeys = { on: true };

/** Whether a single-letter key belongs to the panel and not to a field or a shortcut. */
export function isPlainKey(event: KeyboardEvent): boolean {
  const field =
    event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
  const shortcut = event.ctrlKey || event.metaKey || event.altKey;
  return singleKeys.on && !field && !shortcut && !event.defaultPrevented;
}
