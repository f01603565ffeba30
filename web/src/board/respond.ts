import { tick } from 'svelte';
import type { Target } from '../alarms/conditions';
import { FORM_FIRST, type Board } from './board.svelte';
import type { Commands } from './commands.svelte';
import { DOM_PANELS, type PanelName } from './panels';
import type { Page } from './place';

export interface Ways {
  board: Board;
  commands: Commands;
  /** Shows a page; unsaved edits on the one before are asked about first. */
  show: (page: Page, then: () => void) => void;
  /** Whether the panel stands in a window of its own, which then comes to the front. */
  bring: (panel: PanelName) => boolean;
}

/** Takes a person to where an alarm is answered: the thing is selected and its panel has the focus. */
export function goTo(target: Target, ways: Ways): void {
  const { board, commands, show } = ways;
  const { id } = target;
  const focus = (panel: string, inner = '') => {
    const own = DOM_PANELS[panel];
    if (!own || !ways.bring(own)) void focusOn(panel, inner);
  };
  switch (target.kind) {
    case 'request':
      return show('board', () => focus('requests', `[data-request="${CSS.escape(id)}"]`));
    case 'loans':
      return show('board', () => focus('assignments'));
    case 'incident':
      return show('board', () => {
        board.selectIncident(id);
        if (board.canAct) void commands.advice.askIfOld(id);
        if (board.offerSide('advice')) return focus('advice');
        commands.say('failed', 'Recommendation', FORM_FIRST);
        focus('incidents', `[data-incident="${CSS.escape(id)}"]`);
      });
    case 'unit':
      return show('board', () => {
        board.selectedUnit = id;
        focus('units');
      });
    case 'cover':
      return show('board', () => {
        if (board.offerSide('cover')) focus('cover');
        else commands.say('failed', 'Cover', FORM_FIRST);
      });
    case 'agreement':
      return show('agreements', () => focus('', `[data-agreement="${CSS.escape(id)}"]`));
    case 'feed':
      return focus('', '[data-testid="feed-chips"]');
    case 'server':
      board.retryNow();
      return focus('', '[data-testid="disconnected-bar"]');
  }
}

/** A page that was just opened may have to ask the server for its rows first. */
const TRIES = 10;
const AGAIN_MS = 150;

/** The element in the panel, the panel where it is not there, and nothing where neither comes in time. */
async function focusOn(panel: string, inner = ''): Promise<void> {
  await tick();
  let found = find(panel, inner);
  for (let tries = 1; !found && tries < TRIES; tries += 1) {
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    found = find(panel, inner);
  }
  if (!found) return;
  if (found.tabIndex < 0 && !found.hasAttribute('tabindex')) found.tabIndex = -1;
  found.focus();
  found.scrollIntoView({ block: 'nearest' });
}

function find(panel: string, inner: string): HTMLElement | null {
  const around = panel
    ? document.querySelector<HTMLElement>(`[data-panel="${panel}"]`)
    : document.body;
  const within = inner ? around?.querySelector<HTMLElement>(inner) : null;
  return within ?? (panel ? around : null);
}
