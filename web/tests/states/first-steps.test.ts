import { describe, expect, it } from 'vitest';
import { apply } from '../../src/picture/picture';
import { firstSteps } from '../../src/states/first-steps';
import type { Role, SnapshotFrame } from '../../src/wire/types';
import { makeCover, makeFeed, makeService, makeSnapshot, makeUnit, T0 } from '../make';

const WHOLE: Partial<SnapshotFrame> = {
  units: [makeUnit()],
  covers: [makeCover(), makeCover({ jurisdiction: 'cedar' })],
  feeds: [makeFeed()],
  service: [makeService()],
};

function lacks(frame: Partial<SnapshotFrame>, seconds = 3600, role: Role = 'dispatcher') {
  const picture = apply(null, makeSnapshot({ ...WHOLE, ...frame }))!;
  const now = T0 + seconds * 1000;
  return firstSteps(picture, { home: 'harlow', name: 'Harlow', role, now }).map((s) => s.lack);
}

describe('what a new service still lacks', () => {
  it('is nothing where units report and a neighbour is a partner', () => {
    expect(lacks({})).toEqual([]);
  });

  it('is named, and each with what to do next', () => {
    expect(lacks({ units: [] })).toEqual(['units']);
    expect(lacks({ feeds: [] })).toEqual(['feeds']);
    expect(lacks({ covers: [makeCover()] })).toEqual(['agreements']);
    expect(lacks({ feeds: [], covers: [] })).toEqual(['feeds', 'agreements']);
    const picture = apply(null, makeSnapshot())!;
    const steps = firstSteps(picture, {
      home: 'harlow',
      name: 'Harlow',
      role: 'dispatcher',
      now: T0,
    });
    for (const step of steps) expect(step.next).not.toBe('');
  });

  it('does not ask for a feed where there is no unit to report, nor in the first minute', () => {
    expect(lacks({ units: [], feeds: [] })).toEqual(['units']);
    expect(lacks({ feeds: [] }, 59)).toEqual([]);
    expect(lacks({ feeds: [] }, 61)).toEqual(['feeds']);
  });

  it('takes a feed that is silent for a feed: that is another matter', () => {
    expect(lacks({ feeds: [makeFeed({ state: 'silent' })] })).toEqual([]);
    expect(lacks({ feeds: [makeFeed({ own: false, jurisdiction: 'cedar' })] })).toEqual(['feeds']);
  });

  it('does not tell an analyst that there is no agreement: that role sees no neighbour', () => {
    expect(lacks({ covers: [makeCover()] }, 3600, 'analyst')).toEqual([]);
  });

  it('is nothing for who belongs to no jurisdiction', () => {
    const picture = apply(null, makeSnapshot())!;
    expect(firstSteps(picture, { home: null, name: '–', role: 'admin', now: T0 })).toEqual([]);
  });
});
