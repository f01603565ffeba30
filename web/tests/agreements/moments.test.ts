import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysUntil, fromWall, monthOf, toWall } from '../../src/agreements/moments';

const NEW_YORK = 'America/New_York';

describe('a moment on the form', () => {
  test('is wall-clock time of the agreement’s zone', () => {
    expect(toWall('2026-12-01T05:00:00Z', NEW_YORK)).toBe('2026-12-01T00:00');
    expect(fromWall('2026-12-01T00:00', NEW_YORK)).toBe('2026-12-01T05:00:00Z');
    expect(fromWall('2026-07-01T00:00', NEW_YORK)).toBe('2026-07-01T04:00:00Z');
  });
  test('that the clocks skip is the moment after the change', () => {
    expect(fromWall('2026-03-08T02:30', NEW_YORK)).toBe('2026-03-08T07:30:00Z');
  });
  test('that comes twice is its first coming', () => {
    expect(fromWall('2026-11-01T01:30', NEW_YORK)).toBe('2026-11-01T05:30:00Z');
  });
  test('that is none is none', () => {
    expect(toWall(null, NEW_YORK)).toBe('');
    expect(fromWall('', NEW_YORK)).toBeNull();
  });
  test('comes back as it was, in any zone, but for the hour that comes twice', () => {
    const zones = fc.constantFrom('UTC', NEW_YORK, 'Australia/Lord_Howe', 'Asia/Kathmandu');
    const minutes = fc.integer({ min: 27_000_000, max: 33_000_000 });
    fc.assert(
      fc.property(zones, minutes, (zone, minute) => {
        const moment = new Date(minute * 60_000).toISOString().replace('.000Z', 'Z');
        const wall = toWall(moment, zone);
        expect(toWall(fromWall(wall, zone), zone)).toBe(wall);
      }),
    );
  });
});

test('days are counted whole', () => {
  const now = Date.parse('2026-11-23T14:00:00Z');
  expect(daysUntil('2026-11-25T13:00:00Z', now)).toBe(1);
  expect(daysUntil('2020-01-01T00:00:00Z', now)).toBe(0);
  expect(monthOf(now)).toBe('2026-11');
});
