import { describe, expect, it } from 'vitest';
import { answeredBefore, heldBack, Problem } from '../../src/wire/problem';

describe('somebody was sooner', () => {
  const details = {
    because: 'already_accepted',
    state: 'accepted',
    answered_by: 'cedar-supervisor',
    answered_by_name: 'Sam Reed',
    answered_at: '2026-11-23T14:00:05.000Z',
  };
  const said = (more: object) =>
    answeredBefore(new Problem(409, 'already_answered', 'x', { ...details, ...more }));

  it('has a name and a time', () => {
    expect(said({})).toEqual({ state: 'accepted', by: 'Sam Reed', at: details.answered_at });
    expect(said({ answered_by_name: '' })?.by).toBe('cedar-supervisor');
  });

  it('is nobody where the time ran out, and nothing where nothing was answered', () => {
    expect(said({ state: 'expired', answered_by: 'service', answered_by_name: '' })?.by).toBe('');
    expect(said({ answered_at: null })).toBeNull();
    expect(answeredBefore(new Problem(409, 'illegal_step', 'x', {}))).toBeNull();
  });
});

describe('why a unit may not come', () => {
  it('is every reason, in words', () => {
    const reasons = [{ sentence: 'Cedar would keep 0' }, { code: 'x' }, { sentence: 'M12 is off' }];
    const problem = new Problem(409, 'not_permitted', 'M12 may not come', { reasons });
    expect(heldBack(problem)).toBe('Cedar would keep 0; M12 is off');
    expect(heldBack(new Problem(409, 'unit_committed', 'x', { reasons }))).toBe('');
  });
});
