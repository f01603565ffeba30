import { expect, test } from 'vitest';
import type { Verdict } from '../../src/wire/verdict';
import { headline, shownOf, workWords } from '../../src/words/verdict';
import { at, makeAssignment } from '../make';

const context = {
  nameOf: (id: string) => ({ cedar: 'Cedar', harlow: 'Harlow' })[id] ?? id,
  home: 'harlow',
  zone: 'UTC',
};

const verdict = (row: Partial<Verdict> = {}): Verdict => ({
  incident: 'i1',
  need: 'als_ambulance',
  made_at: at(0),
  unit: 'u1',
  call_sign: 'M1',
  unit_type: 'als_ambulance',
  home: 'cedar',
  own: false,
  status: 'available',
  changed_at: at(-600),
  assignment: null,
  may_come: true,
  eta_seconds: 300,
  eta_basis: 'road',
  reasons: [],
  candidate: null,
  own_unit: null,
  place: 1,
  weighed: 4,
  ahead: null,
  sentence: 'M1 may come now, there in 5.0 min, and stands first.',
  ...row,
});

test('a unit that may come is said by the server; of one that may not the reasons follow', () => {
  expect(headline(verdict())).toBe('M1 may come now, there in 5.0 min, and stands first.');
  expect(headline(verdict({ may_come: false }))).toBe('May not come now');
  expect(headline(verdict({ may_come: false, own: true }))).toBe('Cannot be sent now');
});

test('what a unit does is said with the time since when', () => {
  expect(workWords(verdict(), context)).toBe('available since 13:50:00');
  expect(workWords(verdict({ status: 'unknown', changed_at: null }), context)).toBe('unknown');
});

test('a busy unit names the incident, since when, and for whom if not for us', () => {
  const ours = makeAssignment({ borrower: 'harlow', assigned_at: at(-900) });
  const busy = { status: 'on_scene' as const, assignment: ours };
  expect(workWords(verdict(busy), context)).toBe(
    'on scene since 13:50:00, on 26-000001 since 13:45:00',
  );
  const theirs = makeAssignment({ borrower: 'cedar', assigned_at: at(-900) });
  expect(workWords(verdict({ ...busy, assignment: theirs }), context)).toBe(
    'on scene since 13:50:00, on 26-000001 for Cedar since 13:45:00',
  );
});

test('the facts are those of the candidate, else of the own unit', () => {
  const candidate = { unit: 'u1' } as Verdict['candidate'];
  const own = { unit: 'u2' } as Verdict['own_unit'];
  expect(shownOf(verdict({ candidate }))).toBe(candidate);
  expect(shownOf(verdict({ own_unit: own }))).toBe(own);
  expect(shownOf(verdict())).toBeNull();
});
