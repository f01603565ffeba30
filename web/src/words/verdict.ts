import type { Verdict } from '../wire/verdict';
import type { Shown } from './advice';
import { wallClock } from './format';
import { STATUSES } from './statuses';

export interface VerdictContext {
  nameOf: (jurisdiction: string) => string;
  home: string | null;
  zone: string;
}

/** The unit as a card would show it, where it may come or will be free. */
export const shownOf = (verdict: Verdict): Shown | null => verdict.candidate ?? verdict.own_unit;

/** What stands above the reasons; where it may come, the server's own sentence does. */
export function headline(verdict: Verdict): string {
  if (verdict.may_come) return verdict.sentence;
  return verdict.own ? 'Cannot be sent now' : 'May not come now';
}

/** "on scene since 14:05:10, on 26-00012 for Cedar since 13:58:00": as far as that is known here. */
export function workWords(verdict: Verdict, { nameOf, home, zone }: VerdictContext): string {
  const { assignment, status, changed_at } = verdict;
  const since = (moment: string) => ` since ${wallClock(Date.parse(moment), zone)}`;
  const now = (STATUSES[status]?.name ?? status) + (changed_at ? since(changed_at) : '');
  if (!assignment) return now;
  const whose = assignment.borrower === home ? '' : ` for ${nameOf(assignment.borrower)}`;
  return `${now}, on ${assignment.incident_number}${whose}${since(assignment.assigned_at)}`;
}
