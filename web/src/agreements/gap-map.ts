import { DAYS } from './windows';

export const HOURS_OF_WEEK = 168;

/** How well an hour is backed up: nobody, one, some. Shape and word tell it, not the colour alone. */
export interface Cell {
  hour: number;
  count: number;
  look: 'none' | 'one' | 'some';
}

export const cellsOf = (hours: readonly number[]): Cell[][] =>
  DAYS.map((_, day) =>
    hours.slice(day * 24, day * 24 + 24).map((count, hour) => ({
      hour,
      count,
      look: count <= 0 ? 'none' : count === 1 ? 'one' : 'some',
    })),
  );

export interface Run {
  days: string;
  hours: string;
  count: number;
}

/** The same week as a table: each day's hours in runs of the same count, equal days together. */
export function runsOf(hours: readonly number[]): Run[] {
  const days = DAYS.map((_, day) => dayRuns(hours.slice(day * 24, day * 24 + 24)));
  const found: Run[] = [];
  for (let from = 0; from < DAYS.length;) {
    let to = from;
    while (to + 1 < DAYS.length && same(days[to + 1]!, days[from]!)) to += 1;
    const name = from === to ? DAYS[from]! : `${DAYS[from]} to ${DAYS[to]}`;
    for (const run of days[from]!) found.push({ days: name, ...run });
    from = to + 1;
  }
  return found;
}

function dayRuns(hours: readonly number[]): Omit<Run, 'days'>[] {
  const found: Omit<Run, 'days'>[] = [];
  for (let from = 0; from < hours.length;) {
    let to = from;
    while (to + 1 < hours.length && hours[to + 1] === hours[from]) to += 1;
    found.push({ hours: `${clock(from)}–${clock(to + 1)}`, count: hours[from]! });
    from = to + 1;
  }
  return found;
}

const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
