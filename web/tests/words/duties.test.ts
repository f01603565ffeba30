import { describe, expect, it } from 'vitest';
import { dutySentence, mayBeWaived } from '../../src/words/duties';
import type { Duty } from '../../src/wire/standing';
import { at } from '../make';

const duty = (code: Duty['code'], state: Duty['state']): Duty => ({ code, state, due_at: at(0) });

describe('a duty in words', () => {
  it.each([
    ['written_confirmation', 'due', 'Confirm in writing by 14:00'],
    ['written_confirmation', 'overdue', 'Written confirmation was due at 14:00'],
    ['duration_over', 'upcoming', 'The agreed time ends at 14:00'],
    ['handover', 'due', 'An own unit is free: hand over'],
    ['free_hours_over', 'upcoming', 'Free of charge until 14:00'],
    ['free_hours_over', 'due', 'Costs money since 14:00'],
    ['recall', 'due', 'Recalled: to go home by 14:00'],
    ['recall', 'overdue', 'Recalled: may be taken home since 14:00'],
  ] as const)('%s, %s', (code, state, words) => {
    expect(dutySentence(duty(code, state), '14:00')).toBe(words);
  });
});

describe('what may be waived', () => {
  const floor = { code: 'reserve_floor', clause: '3.1' };

  it('is a refusal that rests on the lender’s own protection alone', () => {
    expect(mayBeWaived([floor, { code: 'hours', clause: '2.2' }])).toBe(true);
  });

  it('is none where anything else forbids too', () => {
    expect(mayBeWaived([floor, { code: 'not_available', clause: null }])).toBe(false);
    expect(mayBeWaived([floor, { code: 'unit_type', clause: '2.1' }])).toBe(false);
    expect(mayBeWaived([])).toBe(false);
  });
});
