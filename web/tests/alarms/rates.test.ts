import fc from 'fast-check';
import { expect, test } from 'vitest';
import { perTenMinutes, ratesOf, TEN_MINUTES_MS } from '../../src/alarms/rates';

const MINUTE = 60_000;
const alarms = (...minutes: number[]) =>
  minutes.map((minute) => ({ level: 'high' as const, raisedAt: minute * MINUTE }));

test('the average is over the whole time, the most within any ten minutes of it', () => {
  const rates = ratesOf(alarms(1, 9, 10, 12, 55), 0, 60 * MINUTE);
  expect(rates.count).toBe(5);
  expect(rates.perTenMinutes).toBeCloseTo(5 / 6);
  expect(rates.mostInTenMinutes).toBe(3);
});

test('a burst is alarms that came each within a minute of the one before', () => {
  const rates = ratesOf(alarms(1, 5, 5.5, 6.5, 9), 0, 60 * MINUTE);
  expect([rates.longestBurst, rates.burstAt]).toEqual([3, 5 * MINUTE]);
});

test('the mix is a share of each level, and nothing where there was none', () => {
  const [a, b, c] = alarms(1, 2, 3);
  const mixed = [a!, b!, { ...c!, level: 'low' as const }];
  expect(ratesOf(mixed, 0, 60 * MINUTE).mix).toEqual({ high: 2 / 3, medium: 0, low: 1 / 3 });
  expect(ratesOf([], 0, 60 * MINUTE)).toMatchObject({ count: 0, longestBurst: 0, burstAt: null });
});

test('only what was raised between the two moments counts', () => {
  expect(ratesOf(alarms(1, 30, 90), 20 * MINUTE, 60 * MINUTE).count).toBe(1);
});

test('bars end now, and hold every alarm of their time once', () => {
  const minutes = fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 40 });
  fc.assert(
    fc.property(minutes, (found) => {
      const bars = perTenMinutes(alarms(...found), 60 * MINUTE, 6);
      expect(bars).toHaveLength(6);
      expect(bars.at(-1)!.from).toBe(60 * MINUTE - TEN_MINUTES_MS);
      const counted = bars.reduce((sum, bar) => sum + bar.counts.high, 0);
      expect(counted).toBe(found.filter((minute) => minute > 0 && minute < 60).length);
    }),
  );
});
