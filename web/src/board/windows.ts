import type { Advised } from './advice.svelte';
import type { EntryDraft, Side } from './board.svelte';
import { isPanel, type PanelName } from './panels';
import { START, writePlace, type Place } from './place';
import type { Picture } from '../picture/picture';

/** What one person points at, in whichever window. */
export interface Pointed {
  unit: string | null;
  incident: string | null;
  candidate: string | null;
  picking: boolean;
  pin: { lon: number; lat: number } | null;
}

/** What a window tells of it: of picking on the map only what has changed there. */
export type Told = Omit<Pointed, 'picking' | 'pin'> & Partial<Pointed>;

/** A panel's window, and the window that it was opened from: closing it brings the panel back there. */
export interface PanelWindow {
  panel: PanelName;
  owner: string;
}

/** What the windows of one person tell one another. */
export type Message =
  /** A panel's window says that it is there: when it starts, and whenever it is asked. */
  | ({ kind: 'here' } & PanelWindow)
  | ({ kind: 'gone' } & PanelWindow)
  | { kind: 'who' }
  /** Close yourself: the panel comes back. */
  | ({ kind: 'back' } & PanelWindow)
  | { kind: 'pointed'; at: number; from: string; pointed: Told }
  /** Something is to be opened beside the recommendation, in the window that has room for it. */
  | { kind: 'side'; owner: string; side: Side; draft: EntryDraft | null }
  | { kind: 'advised'; incident: string; advised: Advised }
  /** A window that has never reached the server asks for the last picture of one that has. */
  | { kind: 'picture_wanted' }
  | { kind: 'picture'; picture: Picture };

const KINDS = new Set<unknown>([
  'here',
  'gone',
  'who',
  'back',
  'pointed',
  'side',
  'advised',
  'picture_wanted',
  'picture',
] satisfies Message['kind'][]);

/** Another version of the page may speak in the same channel: what is no message is nothing. */
export function readMessage(data: unknown): Message | null {
  if (!data || typeof data !== 'object') return null;
  const said = data as Partial<Record<string, unknown>>;
  if (!KINDS.has(said['kind'])) return null;
  const namesPanel = ['here', 'gone', 'back'].includes(said['kind'] as string);
  return namesPanel && !isPanel(said['panel']) ? null : (data as Message);
}

/** The panels of `owner` that stand in windows of their own, after the message. */
export function panelsOut(
  out: ReadonlySet<PanelName>,
  message: Message,
  owner: string,
): ReadonlySet<PanelName> {
  if ((message.kind !== 'here' && message.kind !== 'gone') || message.owner !== owner) return out;
  if (out.has(message.panel) === (message.kind === 'here')) return out;
  const next = new Set(out);
  if (message.kind === 'here') next.add(message.panel);
  else next.delete(message.panel);
  return next;
}

/** Two windows that point at once end up at the same: the later word, and of two at once the greater name. */
export function isLater(
  a: { at: number; from: string },
  b: { at: number; from: string } | null,
): boolean {
  return !b || a.at > b.at || (a.at === b.at && a.from > b.from);
}

/**
 * What a window has to tell after it pointed at `before`; null: nothing has changed. A window that was
 * opened while a form picks on the map knows nothing of that, and says nothing of it.
 */
export function toTell(now: Pointed, before: Pointed): Told | null {
  const { unit, incident, candidate, picking, pin } = now;
  const told = {
    unit,
    incident,
    candidate,
    ...(picking !== before.picking && { picking }),
    ...(!isSamePin(pin, before.pin) && { pin }),
  };
  const same =
    unit === before.unit && incident === before.incident && candidate === before.candidate;
  return same && !('picking' in told) && !('pin' in told) ? null : told;
}

/** What a window points at once it was told. A pin that did not move stays the same object. */
export function pointedAfter(mine: Pointed, told: Told): Pointed {
  const after = { ...mine, ...told };
  return isSamePin(after.pin, mine.pin) ? { ...after, pin: mine.pin } : after;
}

const isSamePin = (a: Pointed['pin'], b: Pointed['pin']) => a?.lon === b?.lon && a?.lat === b?.lat;

/** The name of a panel's window: it survives a reload, and opening the panel again finds the same one. */
export const windowName = ({ panel, owner }: PanelWindow) => `panel-${panel}-${owner}`;

export function readWindowName(name: string): PanelWindow | null {
  const [, panel, owner] = /^panel-([a-z]+)-(\w+)$/.exec(name) ?? [];
  return isPanel(panel) && owner ? { panel, owner } : null;
}

/** The address of one panel of a place: what that panel shows of it, and what is pointed at. */
export function panelQuery(place: Place, panel: PanelName): string {
  const { unit, incident, theme } = place;
  const own: Partial<Record<PanelName, Partial<Place>>> = {
    units: {
      only: place.only,
      mine: place.mine,
      sort: place.sort,
      columns: place.columns,
    },
    map: { map: place.map },
    incidents: { incidents: place.incidents },
  };
  return writePlace({ ...START, unit, incident, theme, ...own[panel], panel });
}
