import { describe, expect, it } from 'vitest';
import type { Duty } from '../../src/wire/standing';
import { actOfKey, LOAN_KEYS, loanActs, type LoanAct } from '../../src/words/loan-acts';
import { at, makeAssignment } from '../make';

const duty = (code: Duty['code'], state: Duty['state'] = 'due'): Duty => ({
  code,
  state,
  due_at: at(0),
});
const lent = makeAssignment({ lent: true, home: 'harlow', borrower: 'cedar' });
const borrowed = makeAssignment({ lent: true, home: 'cedar', borrower: 'harlow' });
const acts = (row: typeof lent): LoanAct[] => [...loanActs(row, 'harlow')];

describe('what may be done about an assignment', () => {
  it('an own one is released', () => expect(acts(makeAssignment())).toEqual(['release']));

  it('a borrowed one is released, and kept or confirmed where the agreement asks for it', () => {
    expect(acts(borrowed)).toEqual(['release']);
    const owing = { ...borrowed, duties: [duty('written_confirmation'), duty('duration_over')] };
    expect(acts(owing)).toEqual(['release', 'confirm', 'extend']);
    expect(acts({ ...owing, state: 'returning' })).toEqual(['confirm']);
  });

  it('a lent one is recalled once, and taken home when the notice is over', () => {
    expect(acts(lent)).toEqual(['recall']);
    const recalled = { ...lent, recalled_at: at(0) };
    expect(acts({ ...recalled, duties: [duty('recall')] })).toEqual([]);
    expect(acts({ ...recalled, duties: [duty('recall', 'overdue')] })).toEqual(['takeHome']);
    expect(acts({ ...lent, state: 'returning' })).toEqual([]);
  });

  it('what has ended is left alone', () => {
    expect(acts({ ...borrowed, state: 'ended', ended_at: at(9) })).toEqual([]);
  });

  it('each has one letter, and no two that may be done at once share one', () => {
    for (const row of [borrowed, { ...lent, duties: [duty('recall', 'overdue')] }]) {
      const may = loanActs(row, 'harlow');
      for (const act of may) expect(actOfKey(LOAN_KEYS[act].toLowerCase(), may)).toBe(act);
    }
    expect(actOfKey('b', loanActs(borrowed, 'harlow'))).toBeNull();
  });
});
