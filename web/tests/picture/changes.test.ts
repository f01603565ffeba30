import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesBetween, type Change } from '../../src/picture/changes';
import { apply, type Picture } from '../../src/picture/picture';
import type { SnapshotFrame } from '../../src/wire/types';
import {
  at,
  makeAssignment,
  makeClosure,
  makeCover,
  makeFeed,
  makeIncident,
  makeRequest,
  makeService,
  makeSnapshot,
  makeUnit,
  makeWaiver,
} from '../make';

const pictureOf = (frame: Partial<SnapshotFrame> = {}): Picture =>
  apply(null, makeSnapshot(frame))!;

function between(before: Partial<SnapshotFrame>, after: Partial<SnapshotFrame>): Change[] {
  return changesBetween(pictureOf(before), pictureOf(after));
}

const said = (changes: Change[]) =>
  changes.map((change) => `${change.kind}${'what' in change ? ` ${change.what}` : ''}`);

describe('what changed while the board was away', () => {
  it('is nothing where nothing changed', () => {
    const full = {
      units: [makeUnit()],
      incidents: [makeIncident()],
      requests: [makeRequest()],
      assignments: [makeAssignment()],
      covers: [makeCover()],
      feeds: [makeFeed()],
      service: [makeService()],
    };
    expect(between(full, structuredClone(full))).toEqual([]);
  });

  it('says which requests came, were answered and went', () => {
    const [came, open, answered] = ['a', 'b', 'c'].map((id) => makeRequest({ id }));
    const accepted = { ...answered!, state: 'accepted' as const, version: 2 };
    const changes = between({ requests: [open!, answered!] }, { requests: [came!, accepted] });
    expect(said(changes)).toEqual(['request came', 'request changed', 'request gone']);
    expect(changes.map((change) => 'row' in change && change.row)).toEqual([came, accepted, open]);
  });

  it('does not say of an answered request that it went: its incident is closed', () => {
    const done = makeRequest({ state: 'declined' });
    const before = { requests: [done], incidents: [makeIncident()] };
    expect(said(between(before, {}))).toEqual(['incident gone']);
  });

  it('says which incidents were opened, ended and raised', () => {
    const before = [makeIncident({ id: 'a' }), makeIncident({ id: 'b', priority: 'emergent' })];
    const after = [makeIncident({ id: 'b', priority: 'critical' }), makeIncident({ id: 'c' })];
    expect(said(between({ incidents: before }, { incidents: after }))).toEqual([
      'incident opened',
      'incident gone',
      'priority',
    ]);
  });

  it('says of a unit that was assigned that it was, and not its status as well', () => {
    const changes = between(
      { units: [makeUnit()] },
      { units: [makeUnit({ status: 'dispatched' })], assignments: [makeAssignment()] },
    );
    expect(said(changes)).toEqual(['assignment began']);
  });

  it('says of a loan that it ended or was called back', () => {
    const [ending, recalled] = [
      makeAssignment({ id: 'a' }),
      makeAssignment({ id: 'b', unit: 'u2' }),
    ];
    const changes = between(
      { assignments: [ending, recalled] },
      { assignments: [{ ...recalled, recalled_at: at(5) }] },
    );
    expect(said(changes)).toEqual(['assignment ended', 'assignment recalled']);
  });

  it('names own and lent units one by one, and counts the other neighbours', () => {
    const theirs = { own: false, jurisdiction: 'cedar' };
    const units = [
      makeUnit({ id: 'own' }),
      makeUnit({ id: 'lent', ...theirs, lent_to: 'harlow' }),
      makeUnit({ id: 'c1', ...theirs }),
      makeUnit({ id: 'c2', ...theirs }),
      makeUnit({ id: 'c3', ...theirs }),
    ];
    const moved = units.map((unit) =>
      unit.id === 'c3' ? unit : { ...unit, status: 'on_scene' as const, version: 2 },
    );
    const changes = between({ units }, { units: moved });
    expect(changes).toEqual([
      { kind: 'status', row: moved[0], from: 'available' },
      { kind: 'status', row: moved[1], from: 'available' },
      { kind: 'statuses', jurisdiction: 'cedar', count: 2 },
    ]);
  });

  it('says whose cover changed and who became a partner or is none any more', () => {
    const [elm, gale] = [makeCover({ jurisdiction: 'elm' }), makeCover({ jurisdiction: 'gale' })];
    const changes = between(
      { covers: [makeCover(), elm] },
      { covers: [makeCover({ state: 'red' }), gale] },
    );
    expect(said(changes)).toEqual(['cover', 'partner came', 'partner gone']);
  });

  it('says what parties said around requests', () => {
    const changes = between(
      { closures: [makeClosure({ id: 'old' })], waivers: [makeWaiver({ id: 'w1' })] },
      {
        closures: [makeClosure({ id: 'new' })],
        waivers: [makeWaiver({ id: 'w1', state: 'granted' }), makeWaiver({ id: 'w2' })],
      },
    );
    expect(said(changes)).toEqual([
      'waiver came',
      'waiver changed',
      'closure came',
      'closure gone',
    ]);
  });

  it('says which feeds are not as they were, and takes a new one that is well for no news', () => {
    const changes = between(
      { feeds: [makeFeed()] },
      {
        feeds: [
          makeFeed({ state: 'stale' }),
          makeFeed({ id: 'f2' }),
          makeFeed({ id: 'f3', state: 'silent' }),
        ],
      },
    );
    expect(changes.map((change) => change.kind === 'feed' && change.row.id)).toEqual(['f1', 'f3']);
  });

  it('says what the service lost and found', () => {
    const lost = (code: 'roads_missing' | 'solver_off') =>
      makeService({ degraded: [{ code, sentence: `${code}.`, affects: [], since: at(0) }] });
    const changes = between(
      { service: [lost('roads_missing')] },
      { service: [lost('solver_off')] },
    );
    expect(said(changes)).toEqual(['service lost', 'service found']);
  });

  it('is the same whether the board resumed by a delta or started anew', () => {
    const status = fc.constantFrom('available', 'on_scene', 'unknown' as const);
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
    fc.assert(
      fc.property(ids, ids, status, (then, now, state) => {
        const before = pictureOf({ units: then.map((id) => makeUnit({ id })) });
        const rows = now.map((id) => makeUnit({ id, status: state, version: 2 }));
        const fresh = pictureOf({ units: rows, seq: 2 });
        const gone = then
          .filter((id) => !now.includes(id))
          .map((id) => ({ kind: 'unit' as const, id }));
        const resumed = apply(before, { type: 'delta', seq: 2, now: at(9), units: rows, gone })!;
        const byId = (changes: Change[]) => JSON.stringify(changes, null, 1).split('\n').sort();
        expect(byId(changesBetween(before, resumed))).toEqual(byId(changesBetween(before, fresh)));
      }),
    );
  });
});
