import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOver, isTooSoon, overriddenBy, type Choice } from '../../src/board/overridden';
import type { Recommendation } from '../../src/wire/types';
import { OVERRIDE_REASONS, overrideQuestion, reasonAt } from '../../src/words/overridden';
import { makeRequest } from '../make';

const advising = (unit: string | null, course = 'ask') =>
  ({ id: 'rec-1', advice: { unit, course } }) as Recommendation;

const choice = (changes: Partial<Choice> = {}): Choice => ({
  incident: 'i-1',
  unit: 'm-3',
  recommendation: advising('m-7'),
  favoured: null,
  requests: [],
  assigned: [],
  statusOf: () => 'available',
  ...changes,
});

describe('another unit was chosen than the advised one', () => {
  test('it is named with the recommendation that was shown', () => {
    expect(overriddenBy(choice())).toEqual({
      incident: 'i-1',
      recommendation: 'rec-1',
      advised: 'm-7',
      unit: 'm-3',
    });
  });

  test('the advised unit is no override, nor is a choice without advice', () => {
    expect(overriddenBy(choice({ unit: 'm-7' }))).toBeNull();
    expect(overriddenBy(choice({ recommendation: null }))).toBeNull();
    expect(overriddenBy(choice({ recommendation: advising(null, 'nobody') }))).toBeNull();
  });

  test('a unit beside the advised one, or after it was asked for in vain, is none', () => {
    expect(overriddenBy(choice({ assigned: ['m-7'] }))).toBeNull();
    for (const state of ['offered', 'accepted', 'declined', 'expired', 'withdrawn'] as const) {
      const requests = [makeRequest({ incident: 'i-1', unit: 'm-7', state })];
      expect(overriddenBy(choice({ requests }))).toBeNull();
    }
    const elsewhere = [
      makeRequest({ incident: 'i-2', unit: 'm-7' }),
      makeRequest({ incident: 'i-1', unit: 'm-4' }),
    ];
    expect(overriddenBy(choice({ requests: elsewhere }))).not.toBeNull();
  });

  test('nobody is asked where the advised unit is gone, or the board itself spoke for the other', () => {
    expect(overriddenBy(choice({ statusOf: () => 'dispatched' }))).toBeNull();
    expect(overriddenBy(choice({ statusOf: () => null }))).not.toBeNull();
    expect(overriddenBy(choice({ favoured: 'm-3' }))).toBeNull();
    expect(overriddenBy(choice({ favoured: 'm-4' }))).not.toBeNull();
  });

  test('who was advised to wait for a busy unit, and did not, is asked', () => {
    const recommendation = advising('m-7', 'hold');
    expect(overriddenBy(choice({ recommendation, statusOf: () => 'at_hospital' }))).not.toBeNull();
  });
});

test('the question stands a minute and a half, and takes no second click that was meant for a card', () => {
  expect([0, 699, 700, 60_000].map((ms) => isTooSoon(1000, 1000 + ms))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([0, 90_000, 90_001].map((ms) => isOver(1000, 1000 + ms))).toEqual([false, false, true]);
});

describe('the reasons', () => {
  test('each has a digit of its own, and no other key is a reason', () => {
    expect(OVERRIDE_REASONS.map((_, index) => reasonAt(String(index + 1)))).toEqual(
      OVERRIDE_REASONS.map(({ id }) => id),
    );
    fc.assert(
      fc.property(fc.string(), (key) => {
        const known = reasonAt(key);
        expect(known === null || /^[1-7]$/.test(key)).toBe(true);
      }),
    );
  });

  test('the question says itself that it need not be answered', () => {
    expect(overrideQuestion('M3', 'M7')).toBe('You chose M3, M7 was advised. Why? (optional)');
  });
});
