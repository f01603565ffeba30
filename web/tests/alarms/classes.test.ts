import { expect, test } from 'vitest';
import { CLASSES, LEVELS, SIGNS, type AlarmCode } from '../../src/alarms/classes';

const names = { place: (id: string) => `Place ${id}`, unit: (id: string) => id.toUpperCase() };
const say = (code: AlarmCode, facts: Record<string, string | number>) =>
  CLASSES[code].sentence(facts, names);

test('every class names the response that it asks for and the command that does it', () => {
  for (const [code, known] of Object.entries(CLASSES)) {
    expect(known.response, code).toMatch(/^[A-Z]/);
    expect(known.command, code).not.toBe('');
  }
});

test('the levels are those of the list: what cannot wait sounds until somebody has seen it', () => {
  const of = (level: string) =>
    Object.entries(CLASSES)
      .filter(([, known]) => known.level === level)
      .map(([code]) => code);
  expect(of('high')).toEqual([
    'request_to_answer',
    'counter_offer_to_answer',
    'p1_waiting',
    'request_undelivered',
    'request_unanswered',
    'server_lost',
  ]);
  expect(of('low')).toEqual(['long_at_hospital', 'agreement_ends', 'cap_near']);
  expect(of('medium')).toHaveLength(6);
});

test('levels differ by a sign, not by colour alone', () => {
  expect(new Set(LEVELS.map((level) => SIGNS[level])).size).toBe(3);
});

test('a sentence names two units and counts more', () => {
  const facts = { who: 'cedar', priority: 'P1' };
  expect(say('request_to_answer', { ...facts, units: 'm1' })).toBe('Place cedar asks for M1 · P1');
  expect(say('request_to_answer', { ...facts, units: 'm1,m2', standby: 1 })).toBe(
    'Place cedar asks for M1 and M2 to stand by · P1',
  );
  expect(say('request_to_answer', { ...facts, units: 'm1,m2,m3' })).toContain('3 units');
});

test('a sentence says what happened and with whom', () => {
  expect(say('p1_waiting', { number: '26-000161' })).toBe('P1 #161 waits without a unit');
  expect(
    say('request_refused', { who: 'cedar', units: 'm1', state: 'expired', number: '26-000161' }),
  ).toBe('Place cedar did not answer for M1; nobody else is asked for #161');
  expect(say('cover_red', { who: 'harlow', free: 0, total: 4, kind: 'ambulance' })).toBe(
    'Place harlow is overwhelmed: 0 of 4 ambulances free',
  );
  expect(say('long_at_hospital', { units: 'm1', limit: 1800 })).toBe(
    'M1 at hospital for more than 30 min',
  );
  expect(say('feed_stale', { name: 'AVL', state: 'silent' })).toBe('Feed AVL is silent');
});
