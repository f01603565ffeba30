import { LEVELS, type Level } from './classes';

/** What is counted of an alarm. */
export interface Counted {
  level: Level;
  raisedAt: number;
}

export interface Rates {
  count: number;
  /** Alarms per ten minutes, on average over the time looked at. */
  perTenMinutes: number;
  /** The most within any ten minutes. */
  mostInTenMinutes: number;
  /** Share of each level, 0 to 1; all 0 where there was none. */
  mix: Record<Level, number>;
  /** The most alarms that came each within a minute of the one before. */
  longestBurst: number;
  /** When that burst began, ms since 1970. */
  burstAt: number | null;
}

export const TEN_MINUTES_MS = 600_000;
const BURST_GAP_MS = 60_000;

/** How often one console was called upon between two moments. */
export function ratesOf(alarms: readonly Counted[], from: number, to: number): Rates {
  const seen = alarms
    .filter((alarm) => alarm.raisedAt >= from && alarm.raisedAt <= to)
    .sort((a, b) => a.raisedAt - b.raisedAt);
  const times = seen.map((alarm) => alarm.raisedAt);
  const share = (level: Level) =>
    seen.length ? seen.filter((alarm) => alarm.level === level).length / seen.length : 0;
  return {
    count: seen.length,
    perTenMinutes: to > from ? (seen.length * TEN_MINUTES_MS) / (to - from) : 0,
    mostInTenMinutes: mostWithin(times, TEN_MINUTES_MS),
    mix: Object.fromEntries(LEVELS.map((level) => [level, share(level)])) as Record<Level, number>,
    ...longestBurst(times),
  };
}

function mostWithin(times: readonly number[], span: number): number {
  let most = 0;
  let first = 0;
  times.forEach((time, last) => {
    while (time - times[first]! >= span) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

function longestBurst(times: readonly number[]): { longestBurst: number; burstAt: number | null } {
  let [length, began] = [0, 0];
  let [longestBurst, burstAt]: [number, number | null] = [0, null];
  times.forEach((time, place) => {
    const goesOn = place > 0 && time - times[place - 1]! <= BURST_GAP_MS;
    length = goesOn ? length + 1 : 1;
    if (!goesOn) began = time;
    if (length > longestBurst) [longestBurst, burstAt] = [length, began];
  });
  return { longestBurst, burstAt };
}

/** One bar per ten minutes, oldest first, the last one ending now: how many of each level. */
export function perTenMinutes(
  alarms: readonly Counted[],
  now: number,
  bars: number,
): { from: number; counts: Record<Level, number> }[] {
  const start = now - bars * TEN_MINUTES_MS;
  const found = Array.from({ length: bars }, (_, place) => ({
    from: start + place * TEN_MINUTES_MS,
    counts: { high: 0, medium: 0, low: 0 } as Record<Level, number>,
  }));
  for (const alarm of alarms) {
    const bar = found[Math.floor((alarm.raisedAt - start) / TEN_MINUTES_MS)];
    if (bar && alarm.raisedAt > start) bar.counts[alarm.level] += 1;
  }
  return found;
}
