/** Hours as the document has them; no `days` means every day. Times are wall clock, "22:00". */
export interface HoursWindow {
  days?: string[];
  since: string;
  until: string;
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export const daysOf = (row: HoursWindow): string[] => row.days ?? DAYS;

/** The same hours on these days, in the order of the week; all seven are not named. */
export function withDays(row: HoursWindow, days: ReadonlySet<string>): HoursWindow {
  const { since, until } = row;
  if (days.size === DAYS.length) return { since, until };
  return { days: DAYS.filter((day) => days.has(day)), since, until };
}
