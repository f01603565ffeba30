import { describe, expect, test } from 'vitest';
import { ratesOf } from '../../src/alarms/rates';
import type { Frame } from '../../src/wire/types';
import { readFrames, replay } from './replay';

/**
 * Four consoles of the simulated valley for one hour in which sixteen times as many calls came in as in an
 * ordinary one, the busiest that the demonstration offers (`python -m tests.make_alarm_hours`).
 */
const CONSOLES = ['cedar', 'marlow', 'pellam', 'sallow'];
const HOUR_MS = 3_600_000;

const read = (console: string) =>
  readFrames(new URL(`./hours/${console}.jsonl.gz`, import.meta.url));
const play = (frames: Frame[]) => replay(frames, Date.parse(frames[0]!.now) + HOUR_MS);
const rates = (frames: Frame[]) => {
  const { raised, from, to } = play(frames);
  return { raised, ...ratesOf(raised, from, to) };
};

describe.each(CONSOLES)('an hour at the console of %s', (console) => {
  const frames = read(console);
  const hour = rates(frames);

  test('calls on the dispatcher at most once in ten minutes on average, and never five times at once', () => {
    expect(hour.count).toBeGreaterThan(0);
    expect(hour.perTenMinutes).toBeLessThanOrEqual(1);
    expect(hour.mostInTenMinutes).toBeLessThan(5);
  });

  test('raises every cause once', () => {
    const keys = hour.raised.map((alarm) => alarm.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('raises the same when every frame comes twice', () => {
    const twice = rates(frames.flatMap((frame) => [frame, frame]));
    expect(twice.raised.map((alarm) => alarm.id)).toEqual(hour.raised.map((alarm) => alarm.id));
  });
});

test('the mix is what a dispatcher has to answer, and not that of a process plant', () => {
  const all = CONSOLES.flatMap((console) => rates(read(console)).raised);
  const { mix } = ratesOf(all, 0, Infinity);
  // Of 18 alarms; the guideline's 5/15/80 counts warnings of machines, here each question is one of a person.
  const percent = Object.values(mix).map((share) => Math.round(share * 100));
  expect(percent).toEqual([61, 33, 6]);
});
