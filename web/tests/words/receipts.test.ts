import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOurs,
  isToAnswer,
  isUnanswered,
  isUndelivered,
  listSteps,
  otherSide,
  receiptKey,
  receiptOwed,
} from '../../src/words/receipts';
import { at, makeRequest, T0 } from '../make';

const ours = makeRequest({ direction: 'out', borrower: 'harlow', lender: 'cedar' });
const theirs = makeRequest({ direction: 'in', borrower: 'cedar', lender: 'harlow' });
const offered = { ...ours, offered_by_lender: true, instead_of: 'u0' };
const after = (seconds: number) => T0 + seconds * 1000;

describe('who put a request, and who answers it', () => {
  it('is the borrower who asks and the lender who answers', () => {
    expect([isOurs(ours), isToAnswer(ours), otherSide(ours)]).toEqual([true, false, 'cedar']);
    expect([isOurs(theirs), isToAnswer(theirs), otherSide(theirs)]).toEqual([false, true, 'cedar']);
  });

  it('is the other way round where another unit is offered', () => {
    expect([isOurs(offered), isToAnswer(offered), otherSide(offered)]).toEqual([
      false,
      true,
      'cedar',
    ]);
    expect(isOurs({ ...theirs, offered_by_lender: true })).toBe(true);
  });

  it('is nobody’s turn once it is answered', () => {
    expect(isToAnswer({ ...theirs, state: 'accepted' })).toBe(false);
  });
});

describe('a request that nobody received', () => {
  it('is one after ten seconds', () => {
    expect(isUndelivered(ours, after(9.9))).toBe(false);
    expect(isUndelivered(ours, after(10))).toBe(true);
  });

  it('is none once it is delivered, answered, out of time, or not ours', () => {
    for (const request of [
      { ...ours, delivered_at: at(3) },
      { ...ours, state: 'accepted' as const },
      { ...ours, expires_at: at(15) },
      theirs,
      offered,
    ]) {
      expect(isUndelivered(request, after(20))).toBe(false);
    }
  });

  it('may be what we offer instead, too', () => {
    expect(isUndelivered({ ...theirs, offered_by_lender: true }, after(10))).toBe(true);
  });
});

describe('a request that nobody answered', () => {
  it('is one when half of its time is gone, delivered or not', () => {
    for (const delivered_at of [null, at(1)]) {
      const request = { ...ours, delivered_at };
      expect(isUnanswered(request, after(29.9))).toBe(false);
      expect(isUnanswered(request, after(30))).toBe(true);
      expect(isUnanswered(request, after(60))).toBe(false);
    }
    expect(isUnanswered(theirs, after(40))).toBe(false);
  });
});

describe('the steps of a request', () => {
  const said = (request: typeof ours) =>
    listSteps(request).map(({ word, at: moment, by }) => [word, moment, by]);

  it('are those that are known, each with its time', () => {
    expect(said(ours)).toEqual([['sent', at(0), '']]);
    expect(
      said({
        ...ours,
        delivered_at: at(0),
        seen_at: at(8),
        seen_by: 'dana-1',
        seen_by_name: 'Dana',
        state: 'accepted',
        answered_at: at(20),
        answered_by: 'ben-2',
        answered_by_name: 'Ben',
      }),
    ).toEqual([
      ['sent', at(0), ''],
      ['delivered', at(0), ''],
      ['seen by', at(8), 'Dana'],
      ['accepted', at(20), 'Ben'],
    ]);
  });

  it('name a person by id where nobody knows the name, and neither time nor agreement', () => {
    const seen = { ...ours, seen_at: at(8), seen_by: 'dana-1', seen_by_name: '' };
    expect(said(seen).at(-1)).toEqual(['seen by', at(8), 'dana-1']);
    const expired = { ...ours, state: 'expired' as const, answered_at: at(60) };
    expect(said({ ...expired, answered_by: 'service' }).at(-1)).toEqual(['expired', at(60), '']);
    const automatic = { ...ours, automatic: true, state: 'accepted' as const, answered_at: at(0) };
    expect(said({ ...automatic, answered_by: 'agreement a' }).at(-1)![2]).toBe('');
  });

  it('begin with an offer where it is one', () => {
    expect(said(offered)[0]![0]).toBe('offered');
  });
});

describe('the receipt that a board owes', () => {
  const none = new Set<string>();

  it('is delivered as soon as the row is there, and seen once it is in view', () => {
    expect(receiptOwed(theirs, none, none)).toBe('delivered');
    expect(receiptOwed(theirs, new Set(['r1']), none)).toBe('seen');
    expect(receiptOwed(offered, none, none)).toBe('delivered');
  });

  it('is nothing that was said, by this board or by another one', () => {
    expect(receiptOwed(theirs, none, new Set([receiptKey('r1', 'delivered')]))).toBeNull();
    expect(receiptOwed({ ...theirs, delivered_at: at(0) }, none, none)).toBeNull();
    const seen = { ...theirs, delivered_at: at(0), seen_at: at(1) };
    expect(receiptOwed(seen, new Set(['r1']), none)).toBeNull();
  });

  it('is owed for what waits for us alone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<'in' | 'out'>('in', 'out'),
        fc.boolean(),
        fc.constantFrom('offered', 'accepted', 'declined', 'expired', 'withdrawn' as const),
        fc.boolean(),
        (direction, offered_by_lender, state, view) => {
          const row = makeRequest({ direction, offered_by_lender, state: state as 'offered' });
          const owed = receiptOwed(row, view ? new Set([row.id]) : none, none);
          expect(owed !== null).toBe(isToAnswer(row));
        },
      ),
    );
  });
});
