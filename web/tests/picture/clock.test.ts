import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ServerClock } from '../../src/picture/clock';
import { ageSeconds, freshnessOf, isDoubtful } from '../../src/picture/freshness';

test('the server’s time is told within the smallest delay that a frame had', () => {
  const delays = fc.array(fc.nat(900), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(delays, fc.integer({ min: -600_000, max: 600_000 }), (delay, wrong) => {
      let local = 1_000;
      const server = () => local + 5_000_000 + wrong;
      const clock = new ServerClock(() => local);
      for (const ms of delay) {
        const said = server();
        local += ms;
        clock.hear(said);
      }
      local += 10_000;
      expect(server() - clock.now()).toBeGreaterThanOrEqual(0);
      expect(server() - clock.now()).toBeLessThanOrEqual(Math.min(...delay));
    }),
  );
});

test('a frame without a time does not upset the clock', () => {
  const clock = new ServerClock(() => 0);
  clock.hear(1000);
  clock.hear(Number.NaN);
  expect(clock.now()).toBe(1000);
});

test('a position grows old from its own time and is doubted after two minutes', () => {
  const now = 1_000_000;
  expect(freshnessOf(ageSeconds(now - 30_000, now))).toBe('fresh');
  expect(freshnessOf(ageSeconds(now - 31_000, now))).toBe('ageing');
  expect(isDoubtful(ageSeconds(now - 120_000, now))).toBe(false);
  expect(isDoubtful(ageSeconds(now - 121_000, now))).toBe(true);
  expect(freshnessOf(ageSeconds(now - 601_000, now))).toBe('lost');
  expect(freshnessOf(ageSeconds(null, now))).toBe('lost');
});
