import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apply, type Picture } from '../../src/picture/picture';
import type { Frame } from '../../src/wire/types';

interface State {
  after: number;
  epoch: string;
  seq: number;
  as_of: number;
  /** For each row, the frame whose row stands. */
  rows: Record<string, Record<string, number>>;
  fixes: Record<string, [number, number, number | null]>;
}

interface Reel {
  frames?: Frame[];
  of?: string;
  order?: number[];
  states: State[];
}

/** Frames of a real run, and what the terminal's fold makes of them. */
const REELS = JSON.parse(
  readFileSync(new URL('../../../tests/watch/frames.json', import.meta.url), 'utf8'),
) as Record<string, Reel>;

const TABLES = {
  units: 'units',
  incidents: 'incidents',
  requests: 'requests',
  assignments: 'assignments',
  covers: 'covers',
  closures: 'closures',
  waivers: 'waivers',
  pre_alerts: 'preAlerts',
  feeds: 'feeds',
  service: 'service',
} as const;

type Row = { id?: string; jurisdiction?: string };

const framesOf = (reel: Reel): Frame[] =>
  reel.frames ?? reel.order!.map((index) => REELS[reel.of!]!.frames![index]!);

function stateOf(picture: Picture, frames: readonly Frame[], named: State): State {
  const rows: State['rows'] = {};
  for (const [table, field] of Object.entries(TABLES)) {
    const standing = [...picture[field].entries()].map(([key, row]): [string, number] => {
      const from = named.rows[table]?.[key] ?? -1;
      const list = (frames[from] as unknown as Record<string, Row[]> | undefined)?.[table] ?? [];
      // Equal rows of two frames are one: which of them stands, nobody can tell.
      const same = list.some((other) => JSON.stringify(other) === JSON.stringify(row));
      return [key, same ? from : -1];
    });
    if (standing.length) rows[table] = Object.fromEntries(standing);
  }
  const fixes: State['fixes'] = {};
  for (const [unit, { lon, lat, at }] of picture.fixes) fixes[unit] = [lon, lat, at];
  const { epoch, seq, asOf } = picture;
  return { after: named.after, epoch, seq, as_of: asOf, rows, fixes };
}

describe('the page and the terminal make the same of the same frames', () => {
  test.each(Object.entries(REELS))('%s', (_, reel) => {
    const frames = framesOf(reel);
    let picture: Picture | null = null;
    let next = 0;
    frames.forEach((frame, index) => {
      picture = apply(picture, frame);
      const named = reel.states[next];
      if (!picture || named?.after !== index) return;
      expect(stateOf(picture, frames, named)).toEqual(named);
      next += 1;
    });
    expect(next).toBe(reel.states.length);
  });
});
