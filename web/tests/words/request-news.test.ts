import { describe, expect, it } from 'vitest';
import { requestNews, runningOut } from '../../src/words/request-news';
import { at, makeRequest, T0 } from '../make';

const NAMES = { nameOf: (id: string) => id.toUpperCase(), callSign: (id: string) => id };
const text = (row: Parameters<typeof makeRequest>[0]) => requestNews(makeRequest(row), NAMES)?.text;

describe('what is said aloud of a request', () => {
  it.each([
    [{ direction: 'in' }, 'CEDAR asks for u1'],
    [{ direction: 'out', state: 'offered' }, undefined],
    [{ direction: 'out', state: 'accepted' }, 'HARLOW has accepted: u1'],
    [{ direction: 'out', state: 'expired' }, 'HARLOW has not answered: u1'],
    [{ direction: 'out', state: 'declined', reason: 'weather' }, 'HARLOW has declined: u1'],
    [{ direction: 'out', state: 'withdrawn' }, undefined],
    [{ direction: 'in', state: 'accepted' }, undefined],
    [{ direction: 'in', state: 'withdrawn' }, 'CEDAR needs u1 no more'],
  ] as const)('%o', (row, said) => expect(text(row)).toBe(said));

  it('another unit that is offered is told once, and not as a refusal', () => {
    expect(text({ direction: 'out', state: 'declined', reason: 'other_unit' })).toBeUndefined();
    const offer = { direction: 'out', offered_by_lender: true, instead_of: 'u0' } as const;
    expect(text(offer)).toBe('HARLOW offers u1 instead of u0');
    expect(text({ ...offer, direction: 'in', state: 'declined' })).toBe('CEDAR has declined: u1');
    const back = {
      ...offer,
      direction: 'in',
      state: 'declined',
      reason: 'offer_withdrawn',
    } as const;
    expect(text(back), 'we took it back ourselves').toBeUndefined();
    expect(text({ ...back, direction: 'out' })).toBe('HARLOW offers u1 no more');
    expect(text({ ...offer, state: 'withdrawn' }), 'our own word').toBeUndefined();
    expect(text({ ...offer, direction: 'in', state: 'withdrawn' })).toBe('CEDAR needs u1 no more');
  });

  it('the time that runs out is said at 30 and at 10 seconds, to whoever is to answer', () => {
    const said = (left: number, row: Parameters<typeof makeRequest>[0] = {}) =>
      runningOut(makeRequest({ expires_at: at(left), ...row }), T0, NAMES);
    expect([31, 30, 28, 26, 10.5, 9, 6.5].map((left) => said(left)?.key)).toEqual([
      undefined,
      'r1:30',
      'r1:30',
      undefined,
      undefined,
      'r1:10',
      undefined,
    ]);
    expect(said(30)?.text).toBe('30 seconds left to answer CEDAR');
    expect(said(30, { direction: 'out' })).toBeNull();
    expect(said(30, { direction: 'out', offered_by_lender: true })?.text).toContain('HARLOW');
  });
});
