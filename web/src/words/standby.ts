import type {
  Posting,
  StandbyAsk,
  StandbyMove,
  StandbyProposals,
  StandbyStep,
} from '../wire/standby';

/** Neighbours' moves and one's own in one list: the most gained in all first. */
export const allMoves = (found: StandbyProposals): StandbyMove[] =>
  [...found.moves, ...found.move_ups].sort((a, b) => b.net - a.net);

/** Whether a move is one of those to make if several are made, and as which of them, from 1. */
export function placeTogether(found: StandbyProposals, move: StandbyMove): number | null {
  const place = found.together.findIndex((step) => step.unit === move.unit);
  return found.together.length > 1 && place >= 0 ? place + 1 : null;
}

/** A station by its id; any other place by its coordinates. */
function posting(step: StandbyStep): Posting | null {
  const { post, lon, lat } = step.to;
  if (post) return { unit: step.unit, post };
  return lon === null || lat === null ? null : { unit: step.unit, post: { lon, lat } };
}

/** What one key asks: the move and, where its lender would be short, the backfill with it. Null: no place. */
export function askOf(found: StandbyProposals, move: StandbyMove): StandbyAsk | null {
  const asked = posting(move);
  if (!asked) return null;
  const behind = move.backfill ? posting(move.backfill) : null;
  return {
    ...asked,
    ...(found.id ? { proposal: found.id } : {}),
    ...(behind ? { backfill: behind } : {}),
  };
}

/** When the unit goes home: whichever comes first. */
export function endsWords(move: StandbyMove, borrower: string, lender: string): string {
  const { ends_at_free, lender_keeps, longest_minutes } = move.ends;
  const short = move.own ? '' : `${lender} has fewer than ${lender_keeps}, `;
  return `Ends when ${borrower} has ${ends_at_free} free of its own, ${short}or after ${longest_minutes} min`;
}

/** The mark of what simulated futures say of a move. */
export const OPINION_MARKS: Record<StandbyMove['opinion']['verdict'], string> = {
  pays: '✓',
  does_not_pay: '≠',
  undecided: '?',
  not_played: '–',
};
