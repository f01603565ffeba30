/** What parties say around a request, by the names that the page uses. */

export type { ClosureRow, DutyCode, DutyRow as Duty, WaiverRow } from './generated';
