import { ALL_COLUMNS, readColumns } from '../board/columns';
import type { SortKey } from '../picture/order';
import type { ThemeChoice } from '../theme/theme';

export const HELD_TABLES = ['units', 'incidents'] as const;
export type HeldTable = (typeof HELD_TABLES)[number];
/** Panels that may have a text size of their own; on the map one looks closer. */
export const SIZED_PANELS = [
  'units',
  'incidents',
  'recommendation',
  'requests',
  'assignments',
  'cover',
] as const;
export type SizedPanel = (typeof SIZED_PANELS)[number];
export type SoundChoice = 'all' | 'high';

/** How a person wants the board; the keys and bounds are those of `dispatch/model/preferences.py`. */
export interface Preferences {
  theme: ThemeChoice;
  font_percent: number;
  /** Where a panel's text is to be of another size than the board's. */
  panel_font_percent: Partial<Record<SizedPanel, number>>;
  /** Which alarms are heard; those of high priority always are. */
  sound: SoundChoice;
  volume_percent: number;
  /** Whether keys that are one letter or digit mean anything. */
  single_keys: boolean;
  unit_columns: SortKey[];
  /** Tables whose order does not change by itself. */
  hold_sort: HeldTable[];
}

export const FONT_PERCENT = { least: 90, most: 150, step: 5 };
export const VOLUME_PERCENT = { least: 20, most: 100, step: 10 };

export const DEFAULTS: Preferences = {
  theme: 'dark',
  font_percent: 100,
  panel_font_percent: {},
  sound: 'all',
  volume_percent: 100,
  single_keys: true,
  unit_columns: [...ALL_COLUMNS],
  hold_sort: [],
};

/** What a person has set; all else is the default. */
export type Chosen = Partial<Preferences>;
/** What was changed and is not kept yet; null goes back to the default. */
export type Changes = { [Key in keyof Preferences]?: Preferences[Key] | null };

const READ: { [Key in keyof Preferences]: (given: unknown) => Preferences[Key] | undefined } = {
  theme: (given) => oneOf(['dark', 'light', 'system'] as const, given),
  font_percent: (given) => whole(given, FONT_PERCENT),
  panel_font_percent: (given) => wholeEach(SIZED_PANELS, given, FONT_PERCENT),
  sound: (given) => oneOf(['all', 'high'] as const, given),
  volume_percent: (given) => whole(given, VOLUME_PERCENT),
  single_keys: (given) => (typeof given === 'boolean' ? given : undefined),
  unit_columns: (given) => readColumns(given) ?? undefined,
  hold_sort: (given) =>
    Array.isArray(given) ? HELD_TABLES.filter((table) => given.includes(table)) : undefined,
};

const KEYS = Object.keys(READ) as (keyof Preferences)[];

/** What of a document is understood: a newer page, or a hand, may have written it. */
export function readChosen(given: unknown): Chosen {
  return Object.fromEntries(understood(given).filter(([, value]) => value !== null));
}

/** The same of changes that are not kept yet, where null says "the default again". */
export function readChanges(given: unknown): Changes {
  return Object.fromEntries(understood(given));
}

function understood(given: unknown): [keyof Preferences, unknown][] {
  if (!given || typeof given !== 'object') return [];
  const said = given as Record<string, unknown>;
  return KEYS.filter((key) => Object.hasOwn(said, key))
    .map((key): [keyof Preferences, unknown] => [
      key,
      said[key] === null ? null : READ[key](said[key]),
    ])
    .filter(([, value]) => value !== undefined);
}

/** What holds after the changes: key by key the later word, and what nobody changed stays. */
export function withChanges(chosen: Chosen, changes: Changes): Chosen {
  const merged: Record<string, unknown> = { ...chosen, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

export const inForce = (chosen: Chosen): Preferences => ({ ...DEFAULTS, ...chosen });

/** Back to the default, whatever was set. */
export const everyDefault = (): Changes => Object.fromEntries(KEYS.map((key) => [key, null]));

function oneOf<T extends string>(choices: readonly T[], given: unknown): T | undefined {
  return choices.find((choice) => choice === given);
}

function wholeEach<T extends string>(
  names: readonly T[],
  given: unknown,
  bounds: { least: number; most: number },
): Partial<Record<T, number>> | undefined {
  if (!given || typeof given !== 'object' || Array.isArray(given)) return undefined;
  const said = new Map<string, unknown>(Object.entries(given));
  const read = names.map((name) => [name, whole(said.get(name), bounds)] as const);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as Partial<
    Record<T, number>
  >;
}

function whole(given: unknown, bounds: { least: number; most: number }): number | undefined {
  if (typeof given !== 'number' || !Number.isInteger(given)) return undefined;
  return given >= bounds.least && given <= bounds.most ? given : undefined;
}
