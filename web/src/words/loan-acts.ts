import type { AssignmentRow } from '../wire/types';

/** What a dispatcher may do about an assignment; every way to do it asks here. */
export type LoanAct = 'release' | 'takeHome' | 'recall' | 'extend' | 'confirm';

/** The letter of each, while the panel has the focus. */
export const LOAN_KEYS: Readonly<Record<LoanAct, string>> = {
  release: 'R',
  takeHome: 'R',
  recall: 'B',
  extend: 'X',
  confirm: 'C',
};

type Row = Pick<
  AssignmentRow,
  'home' | 'borrower' | 'lent' | 'state' | 'recalled_at' | 'duties' | 'ended_at'
>;

/** What may be done now, by the jurisdiction `home`. The server has the last word. */
export function loanActs(row: Row, home: string | null): ReadonlySet<LoanAct> {
  const acts = new Set<LoanAct>();
  if (row.ended_at !== null || row.state === 'ended') return acts;
  const owes = (code: string) => row.duties.find((duty) => duty.code === code);
  const working = row.state !== 'returning';
  const borrowed = row.borrower === home;
  if (borrowed && working) acts.add('release');
  if (row.lent && borrowed) {
    if (owes('written_confirmation')) acts.add('confirm');
    if (working && owes('duration_over')) acts.add('extend');
  }
  if (row.lent && !borrowed && working) {
    if (!row.recalled_at) acts.add('recall');
    if (owes('recall')?.state === 'overdue') acts.add('takeHome');
  }
  return acts;
}

/** What a letter does to an assignment now; null where nothing. */
export const actOfKey = (key: string, acts: ReadonlySet<LoanAct>): LoanAct | null =>
  [...acts].find((act) => LOAN_KEYS[act] === key.toUpperCase()) ?? null;
