import { describe, expect, it } from 'vitest';
import { shareSentence, type Call } from '../../src/states/telephones';

const call = (id: string, say: string): Call => ({ id, number: `555-${id}`, agency: id, say });

describe('whom to telephone and what to say', () => {
  it('says once what is said to most, and beside its number what is said to one alone', () => {
    const { numbers, say } = shareSentence([
      call('a', 'Which are free?'),
      call('b', 'We ask for M1.'),
      call('c', 'Which are free?'),
    ]);
    expect(numbers.map((one) => [one.id, one.say])).toEqual([
      ['b', 'We ask for M1.'],
      ['a', null],
      ['c', null],
    ]);
    expect(say).toBe('Which are free?');
  });

  it('says it once to a single agency', () => {
    expect(shareSentence([call('a', 'Hello')])).toEqual({
      numbers: [{ id: 'a', number: '555-a', agency: 'a', say: null }],
      say: 'Hello',
    });
  });

  it('has nothing to say where nobody is on file', () => {
    expect(shareSentence([])).toEqual({ numbers: [], say: null });
  });
});
