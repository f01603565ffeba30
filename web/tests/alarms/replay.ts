import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { derive } from '../../src/alarms/derive';
import { EMPTY, fold, type Alarm } from '../../src/alarms/ledger';
import { rememberLoans } from '../../src/alarms/loans';
import { rememberServed } from '../../src/alarms/served';
import { apply, type Picture } from '../../src/picture/picture';
import type { Frame } from '../../src/wire/types';

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

/** Frames as they came, with a look at every second between them, as the board does. */
export function replay(frames: readonly Frame[], until: number): Replayed {
  let picture: Picture | null = null;
  let [ledger, loans, served] = [EMPTY, {}, {}];
  const raised: Alarm[] = [];
  const from = Date.parse(frames[0]!.now);
  const look = (now: number) => {
    if (!picture) return;
    const { role, jurisdiction } = picture.me;
    loans = rememberLoans(loans, picture, now);
    served = rememberServed(served, picture);
    const scene = {
      picture,
      now,
      loans,
      served,
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
      picture = apply(picture, frames[next]!);
      look(Date.parse(frames[next]!.now));
      next += 1;
    }
    look(now);
  }
  return { from, to: until, raised, ledgerSize: ledger.alarms.length };
}
