/** Moves the focus to the next panel in reading order, and around. */
export function nextPanel(way: 1 | -1): void {
  const panels = [...document.querySelectorAll<HTMLElement>('[data-panel]')];
  if (!panels.length) return;
  const here = panels.findIndex((panel) => panel.contains(document.activeElement));
  const from = here < 0 ? (way > 0 ? -1 : 0) : here;
  panels[(from + way + panels.length) % panels.length]?.focus();
}

/** Whether a single-letter key belongs to the panel and not to a field or a shortcut. */
export function isPlainKey(event: KeyboardEvent): boolean {
  const field =
    event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
  return !field && !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
}
