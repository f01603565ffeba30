/** Why one unit may come, or may not, by the names that the page uses. */

export type { AheadRow as Ahead, VerdictRow as Verdict } from './generated';
