import { expect, test } from 'vitest';
import { clauseWords } from '../../src/agreements/clauses';
import type { CoverReason, Reason } from '../../src/wire/types';
import { coverSentence, refusalSentence } from '../../src/words/reasons';

const nameOf = (id: string) => ({ cedar: 'Cedar', harlow: 'Harlow' })[id] ?? id;
const reason = (row: Partial<Reason>): Reason => ({
  code: 'no_agreement',
  clause: null,
  agreement: null,
  version: null,
  figures: {},
  sentence: '',
  ...row,
});

test('the server’s own sentence goes before ours', () => {
  expect(refusalSentence(reason({ sentence: 'So it is' }), 'cedar', nameOf)).toBe('So it is');
});

test('a floor is said with its figures and its clause', () => {
  const floor = reason({
    code: 'reserve_floor',
    clause: '3.1',
    figures: { keeps: 1, floor: 2, unit_type: 'als_ambulance' },
  });
  expect(refusalSentence(floor, 'cedar', nameOf)).toBe(
    'Cedar would keep 1 ALS ambulance; clause 3.1 keeps 2',
  );
});

test('a code that this board does not know is still shown', () => {
  const newer = reason({ code: 'moon_phase' as Reason['code'] });
  expect(refusalSentence(newer, 'cedar', nameOf)).toBe('moon phase');
  const rule = { code: 'moon_phase' as CoverReason['code'], figures: {}, sentence: '' };
  expect(coverSentence(rule)).toBe('moon phase');
});

test('cover says how many wait for how many', () => {
  const figures = { pending: 2, free: 1 };
  expect(coverSentence({ code: 'pending_exceeds_free', figures, sentence: '' })).toBe(
    '2 calls waiting for 1 free ambulance',
  );
});

test('an unknown clause shows its terms, so that nothing that was signed is hidden', () => {
  const words = clauseWords({ id: '9', type: 'hours_cap', hours: 12 }, nameOf);
  expect(words).toEqual({ term: 'hours cap', says: 'hours: 12' });
});

test('a floor clause names whom it binds', () => {
  const clause = {
    id: '3.1',
    type: 'reserve_floor',
    lender: 'cedar',
    unit_types: ['als_ambulance'],
    keep: 2,
  };
  expect(clauseWords(clause, nameOf).says).toBe('Cedar keeps at least 2 (ALS ambulance)');
});
