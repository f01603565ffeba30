import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply, type Picture } from '../../src/picture/picture';
import type { CoverRow, DeltaFrame, Frame, IncidentRow, UnitRow } from '../../src/wire/types';
import {
  at,
  makeClosure,
  makeCover,
  makeIncident,
  makeSnapshot,
  makeUnit,
  makeWaiver,
  T0,
} from '../make';

const play = (...frames: Frame[]): Picture => {
  const picture = frames.reduce<Picture | null>(apply, null);
  if (!picture) throw new Error('no snapshot was played');
  return picture;
};

const delta = (seq: number, rows: Partial<DeltaFrame>): DeltaFrame => ({
  type: 'delta',
  seq,
  now: at(seq),
  ...rows,
});

test('a frame before the first snapshot changes nothing', () => {
  expect(apply(null, delta(2, { units: [makeUnit()] }))).toBeNull();
  expect(apply(null, { type: 'beat', now: at(0), seq: 1 })).toBeNull();
});

test('closures and waivers come and go; the newest frame stands', () => {
  const picture = play(
    makeSnapshot({ closures: [makeClosure()], waivers: [makeWaiver()] }),
    delta(2, {
      waivers: [makeWaiver({ state: 'granted' })],
      gone: [{ kind: 'closure', id: 'c1' }],
    }),
  );
  expect(picture.closures.size).toBe(0);
  expect(picture.waivers.get('w1')?.state).toBe('granted');
});

test('a position that an agreement withholds again is forgotten', () => {
  const lent = makeUnit({ own: false, lent_to: 'harlow', version: 1 });
  const home = makeUnit({
    own: false,
    lon: null,
    lat: null,
    position_at: null,
    coarse: null,
    version: 2,
  });
  expect(play(makeSnapshot({ units: [lent] })).fixes.has('u1')).toBe(true);
  expect(play(makeSnapshot({ units: [lent] }), delta(2, { units: [home] })).fixes.has('u1')).toBe(
    false,
  );
});

test('a delta replaces rows, adds new ones and drops those that are gone', () => {
  const picture = play(
    makeSnapshot({ units: [makeUnit(), makeUnit({ id: 'u2' })], incidents: [makeIncident()] }),
    delta(2, {
      units: [makeUnit({ status: 'en_route', version: 2 }), makeUnit({ id: 'u3' })],
      gone: [
        { kind: 'unit', id: 'u2' },
        { kind: 'incident', id: 'i1' },
      ],
    }),
  );
  expect([...picture.units.keys()].sort()).toEqual(['u1', 'u3']);
  expect(picture.units.get('u1')?.status).toBe('en_route');
  expect(picture.incidents.size).toBe(0);
  expect(picture.fixes.has('u2')).toBe(false);
  expect(picture.seq).toBe(2);
});

test('a row of an older version never replaces a newer one', () => {
  const picture = play(
    makeSnapshot({ units: [makeUnit({ version: 5, status: 'on_scene' })] }),
    delta(2, { units: [makeUnit({ version: 4, status: 'en_route' })] }),
  );
  expect(picture.units.get('u1')?.status).toBe('on_scene');
});

test('a frame leaves the picture before it as it was', () => {
  const before = play(makeSnapshot({ units: [makeUnit()] }));
  apply(before, delta(2, { units: [makeUnit({ version: 2, status: 'en_route' })] }));
  apply(before, { type: 'positions', now: at(9), rows: [['u1', 1, 2, T0 + 9000, 'fresh']] });
  expect(before.units.get('u1')?.status).toBe('available');
  expect(before.fixes.get('u1')?.lon).toBe(-82.9);
});

test('what a frame does not touch stays the same map, so that nothing is drawn again', () => {
  const before = play(makeSnapshot({ units: [makeUnit()], incidents: [makeIncident()] }));
  const after = apply(before, { type: 'beat', now: at(2), seq: 1 })!;
  expect(after.units).toBe(before.units);
  expect(after.incidents).toBe(before.incidents);
  expect(after.asOf).toBe(T0 + 2000);
});

test('a position of a unit that this board does not know is not kept', () => {
  const picture = play(makeSnapshot(), {
    type: 'positions',
    now: at(1),
    rows: [['ghost', 1, 2, T0, 'fresh']],
  });
  expect(picture.fixes.size).toBe(0);
});

test('a new snapshot forgets everything that went before', () => {
  const picture = play(
    makeSnapshot({ units: [makeUnit()] }),
    makeSnapshot({ epoch: 'e2', seq: 1, units: [makeUnit({ id: 'u9' })] }),
  );
  expect([...picture.units.keys()]).toEqual(['u9']);
  expect([...picture.fixes.keys()]).toEqual(['u9']);
  expect(picture.epoch).toBe('e2');
});

const moves = fc.array(
  fc.record({
    id: fc.constantFrom('u1', 'u2', 'u3'),
    second: fc.integer({ min: 1, max: 100 }),
  }),
  { maxLength: 40 },
);

test('in whatever order and however often positions come, the newest fix of each unit stands', () => {
  fc.assert(
    fc.property(moves, fc.infiniteStream(fc.nat()), (reports, chance) => {
      const units = ['u1', 'u2', 'u3'].map((id) => makeUnit({ id }));
      const frames = [...reports, ...reports]
        .map((report) => ({ report, key: chance.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ report }): Frame => ({
          type: 'positions',
          now: at(100),
          // The place follows from the time: the same report is always the same fix.
          rows: [[report.id, report.second / 10, 0, T0 + report.second * 1000, 'fresh']],
        }));
      const picture = play(makeSnapshot({ units }), ...frames);
      for (const { id } of units) {
        const newest = Math.max(0, ...reports.filter((r) => r.id === id).map((r) => r.second));
        expect(picture.fixes.get(id)?.at).toBe(T0 + newest * 1000);
        if (newest) expect(picture.fixes.get(id)?.lon).toBe(newest / 10);
      }
    }),
  );
});

type Step =
  | { kind: 'unit'; id: string; status: UnitRow['status'] }
  | { kind: 'incident'; id: string; assigned: string[] }
  | { kind: 'cover'; jurisdiction: string; free: number }
  | { kind: 'gone'; id: string };

const steps: fc.Arbitrary<Step[][]> = fc.array(
  fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('unit' as const),
        id: fc.constantFrom('u1', 'u2', 'u3', 'u4'),
        status: fc.constantFrom('available', 'en_route', 'on_scene', 'unknown' as const),
      }),
      fc.record({
        kind: fc.constant('incident' as const),
        id: fc.constantFrom('i1', 'i2'),
        assigned: fc.subarray(['u1', 'u2']),
      }),
      fc.record({
        kind: fc.constant('cover' as const),
        jurisdiction: fc.constantFrom('harlow', 'cedar'),
        free: fc.nat(9),
      }),
      fc.record({ kind: fc.constant('gone' as const), id: fc.constantFrom('u1', 'u4', 'i1') }),
    ),
    { maxLength: 5 },
  ),
  { maxLength: 15 },
);

/** A server in three lines: its rows, and for each commit the rows that changed. */
function serve(commits: Step[][]): { deltas: DeltaFrame[]; last: Frame } {
  const units = new Map<string, UnitRow>();
  const incidents = new Map<string, IncidentRow>();
  const covers = new Map<string, CoverRow>();
  let version = 1;
  const deltas = commits.map((commit, index) => {
    const frame = delta(index + 2, { units: [], incidents: [], covers: [], gone: [] });
    for (const step of commit) {
      version += 1;
      if (step.kind === 'unit') {
        const row = makeUnit({
          id: step.id,
          status: step.status,
          version,
          position_at: at(version),
        });
        units.set(step.id, row);
        frame.units!.push(row);
        frame.gone = frame.gone!.filter((gone) => gone.id !== step.id);
      } else if (step.kind === 'incident') {
        const row = makeIncident({ id: step.id, assigned: step.assigned, version });
        incidents.set(step.id, row);
        frame.incidents!.push(row);
        frame.gone = frame.gone!.filter((gone) => gone.id !== step.id);
      } else if (step.kind === 'cover') {
        const row = makeCover({ jurisdiction: step.jurisdiction, free: step.free });
        covers.set(step.jurisdiction, row);
        frame.covers!.push(row);
      } else {
        const kind = step.id.startsWith('u') ? 'unit' : 'incident';
        (kind === 'unit' ? units : incidents).delete(step.id);
        frame.units = frame.units!.filter((row) => row.id !== step.id);
        frame.incidents = frame.incidents!.filter((row) => row.id !== step.id);
        frame.gone!.push({ kind, id: step.id });
      }
    }
    return frame;
  });
  const last = makeSnapshot({
    seq: commits.length + 1,
    now: at(commits.length + 1),
    units: [...units.values()],
    incidents: [...incidents.values()],
    covers: [...covers.values()],
  });
  return { deltas, last };
}

const sorted = <T>(rows: ReadonlyMap<string, T>) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));

test('a snapshot and every delta after it make the same picture as a later snapshot', () => {
  fc.assert(
    fc.property(steps, (commits) => {
      const { deltas, last } = serve(commits);
      const followed = play(makeSnapshot(), ...deltas);
      const fresh = play(last);
      expect(sorted(followed.units)).toEqual(sorted(fresh.units));
      expect(sorted(followed.incidents)).toEqual(sorted(fresh.incidents));
      expect(sorted(followed.covers)).toEqual(sorted(fresh.covers));
      expect(sorted(followed.fixes)).toEqual(sorted(fresh.fixes));
      expect(followed.seq).toBe(fresh.seq);
    }),
  );
});

test('a delta that comes twice changes nothing the second time', () => {
  fc.assert(
    fc.property(steps, (commits) => {
      const { deltas } = serve(commits);
      const once = play(makeSnapshot(), ...deltas);
      const twice = play(makeSnapshot(), ...deltas.flatMap((frame) => [frame, frame]));
      expect(sorted(twice.units)).toEqual(sorted(once.units));
      expect(sorted(twice.covers)).toEqual(sorted(once.covers));
    }),
  );
});
