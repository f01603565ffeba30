import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { derive } from '../../src/alarms/derive';
import { EMPTY, fold, type Alarm } from '../../src/alarms/ledger';
import { rememberLoans } from '../../src/alarms/loans';
import { apply, type Picture } from '../../src/picture/picture';
import type { AssignmentState, Frame } from '../../src/wire/types';

export interface Replayed {
  from: number;
  to: number;
  raised: Alarm[];
  /** How often each second's look changed the ledger though no frame came. */
  ledgerSize: number;
}

/** The recordings are older than feeds and the service's own state: none of either was said then. */
export const readFrames = (path: string | URL): Frame[] =>
  gunzipSync(readFileSync(path))
    .toString()
    .trim()
    .split('\n')
    .map((line) => ({ feeds: [], service: [], ...JSON.parse(line) }) as Frame);

const ARRIVED: ReadonlySet<AssignmentState> = new Set(['on_scene', 'transporting', 'at_hospital']);
type Come = Map<string, Set<string>>;

/** The recordings are older than `came` too: who was seen to arrive at a call, and is not on it now. */
function withCame(picture: Picture | null, come: Come): Picture | null {
  if (!picture) return null;
  for (const { state, incident, unit } of picture.assignments.values()) {
    if (ARRIVED.has(state)) come.set(incident, (come.get(incident) ?? new Set()).add(unit));
  }
  const incidents = [...picture.incidents].map(([id, row]) => {
    const left = [...(come.get(id) ?? [])].filter((unit) => !row.assigned.includes(unit));
    return [id, { ...row, came: left.length }] as const;
  });
  return { ...picture, incidents: new Map(incidents) };
}

/** Frames as they came, with a look at every second between them, as the board does. */
export function replay(frames: readonly Frame[], until: number): Replayed {
  let picture: Picture | null = null;
  let [ledger, loans] = [EMPTY, {}];
  const come: Come = new Map();
  const raised: Alarm[] = [];
  const from = Date.parse(frames[0]!.now);
  const look = (now: number) => {
    if (!picture) return;
    const { role, jurisdiction } = picture.me;
    loans = rememberLoans(loans, picture, now);
    const scene = {
      picture,
      now,
      loans,
      role,
      home: jurisdiction,
      live: true,
      heardAt: now,
    };
    const folded = fold(ledger, now, derive({ ...scene, agreements: [] }));
    ledger = folded.ledger;
    raised.push(...folded.raised);
  };
  let next = 0;
  for (let now = from; now <= until; now += 1000) {
    while (next < frames.length && Date.parse(frames[next]!.now) <= now) {
      picture = withCame(apply(picture, frames[next]!), come);
      look(Date.parse(frames[next]!.now));
      next += 1;
    }
    look(now);
  }
  return { from, to: until, raised, ledgerSize: ledger.alarms.length };
}
