import { describe, expect, test } from 'vitest';
import { compareDocuments } from '../../src/agreements/compare';
import { clauseWords } from '../../src/agreements/clauses';
import { noticeWords } from '../../src/agreements/dialogs/steps';
import {
  byParty,
  changeWords,
  figure,
  intervalWords,
  isBetter,
  unitWords,
} from '../../src/agreements/figures';
import { cellsOf, runsOf } from '../../src/agreements/gap-map';
import { pairLines, unfilledWords } from '../../src/agreements/ledger';
import {
  comparedVersion,
  editWarning,
  inForceWords,
  stateWords,
  stepLine,
} from '../../src/agreements/states';
import type { Measure } from '../../src/agreements/types';
import { daysOf, withDays } from '../../src/agreements/windows';
import { wordDiff } from '../../src/agreements/word-diff';
import { makeAgreement, makeDocument, makeSignature } from './make';

const NOW = Date.parse('2026-11-23T14:00:00Z');
const signature = makeSignature('harlow');

describe('the state in the list', () => {
  test('counts the signatures', () => {
    const row = makeAgreement({
      state: 'proposed',
      missing_signatures: ['cedar'],
      signatures: [signature],
    });
    expect(stateWords(row, NOW).words).toBe('Signed 1/2');
    const none = makeAgreement({ state: 'proposed', missing_signatures: ['cedar', 'harlow'] });
    expect(stateWords(none, NOW).words).toBe('Proposed');
  });
  test('counts the days to an end that is near, and the hours of the last day', () => {
    const ending = (ends_at: string) => stateWords(makeAgreement({ ends_at }), NOW).words;
    expect(ending('2026-12-31T14:00:00Z')).toBe('Active · ends in 38 d');
    expect(ending('2026-11-24T02:00:00Z')).toBe('Active · ends in 12 h');
    expect(ending('2027-12-31T00:00:00Z')).toBe('Active');
  });
});

test('the list says which version binds while a newer one waits or came to nothing', () => {
  const waiting = { version: 4, in_force: 3 } as const;
  expect(inForceWords(makeAgreement({ state: 'proposed', ...waiting }))).toBe('v3 in force');
  expect(inForceWords(makeAgreement({ state: 'rejected', ...waiting }))).toBe('v3 in force');
  expect(inForceWords(makeAgreement({ version: 3, in_force: 3 }))).toBe('');
  expect(inForceWords(makeAgreement({ state: 'draft', version: 1, in_force: null }))).toBe('');
});

describe('the step line', () => {
  const line = (row: Parameters<typeof makeAgreement>[0]) =>
    stepLine(makeAgreement(row)).map((mark) => `${mark.state} ${mark.words}`);

  test('of a proposal that one of two has signed', () => {
    const row = {
      state: 'proposed',
      missing_signatures: ['cedar'],
      signatures: [signature],
    } as const;
    expect(line({ ...row, missing_signatures: ['cedar'], signatures: [signature] })).toEqual([
      'done Draft',
      'done Proposed',
      'now Signed 1/2',
      'ahead Active from 2026-01-01 00:00',
    ]);
  });
  test('of one that was rejected does not promise what cannot come', () => {
    expect(line({ state: 'rejected', missing_signatures: ['cedar', 'harlow'] }).slice(2)).toEqual([
      'off Signed 0/2',
      'off Active from 2026-01-01 00:00',
      'now Rejected',
    ]);
  });
  test('of a notice says when it ends', () => {
    const marks = line({ state: 'notice_given', ends_at: '2026-12-23T00:00:00Z' });
    expect(marks.at(-1)).toBe('now Notice given, ends 2026-12-23 00:00');
  });
});

describe('before an edit', () => {
  test('of a proposal, the signatures that become void are counted', () => {
    const row = makeAgreement({ state: 'proposed', signatures: [signature] });
    expect(editWarning(row)).toContain('Its signature becomes void');
    expect(editWarning(row)).toContain('version 4');
  });
  test('of what is in force, it is said to stay in force', () => {
    expect(editWarning(makeAgreement())).toContain('Version 3 stays in force');
  });
  test('of what was rejected or is proposed, the version that stays in force is named', () => {
    for (const state of ['rejected', 'proposed'] as const) {
      const row = makeAgreement({ state, version: 4, in_force: 3 });
      expect(editWarning(row)).toContain('Version 3 stays in force');
    }
  });
  test('of a draft, nothing is said', () => {
    expect(editWarning(makeAgreement({ state: 'draft' }))).toBe('');
  });
});

test('a text is read against the version that binds, else against the one before it', () => {
  const versions = [1, 2, 3, 4].map((version) => ({
    version,
    state: version === 2 ? ('active' as const) : ('withdrawn' as const),
    terms_sha256: '',
    recorded_at: '',
  }));
  expect(comparedVersion(makeAgreement({ version: 4, versions }))).toBe(2);
  expect(comparedVersion(makeAgreement({ version: 4, versions: versions.slice(2) }))).toBe(3);
  expect(comparedVersion(makeAgreement({ version: 4, versions: [versions[3]!] }))).toBeNull();
});

test('a notice says when it ends', () => {
  const clauses = [{ id: '9', type: 'termination', notice_days: 30 }];
  expect(noticeWords(makeAgreement({ clauses }), NOW)).toContain('ends on 2026-12-23 14:00');
  expect(noticeWords(makeAgreement(), NOW)).toContain('no notice clause');
});

test('words that were taken out and put in are told apart', () => {
  const before = 'Each party bears its own loss.';
  const after = 'Each party bears the loss of its crew.';
  const pieces = wordDiff(before, after);
  const of = (...kinds: string[]) =>
    pieces
      .filter((piece) => kinds.includes(piece.kind))
      .map((piece) => piece.text)
      .join('');
  expect(of('same', 'removed')).toBe(before);
  expect(of('same', 'added')).toBe(after);
  expect(of('removed')).toContain('own');
  expect(of('added')).toContain('crew');
});

test('a clause that carries words of the parties shows them after its sentence', () => {
  const clause = { id: '8', type: 'liability', text: 'No claims.', sentence: 'Liability' };
  expect(clauseWords(clause, (id) => id).says).toBe('Liability. No claims.');
});

test('two documents of one draft are compared term by term', () => {
  const theirs = makeDocument({ title: 'Another', version: 9 });
  theirs.clauses = [{ id: '3.1', type: 'reserve_floor', keep: 2 }];
  expect(compareDocuments(makeDocument(), theirs)).toEqual([
    { term: 'title', mine: 'Harlow and Cedar Fen', theirs: 'Another' },
    { term: 'clause 3.1: keep', mine: '1', theirs: '2' },
    { term: 'clause 4: type', mine: 'answer_time', theirs: '–' },
    { term: 'clause 4: seconds', mine: '60', theirs: '–' },
  ]);
});

describe('a what-if', () => {
  const measure = (one: Partial<Measure>): Measure => ({
    code: 'm',
    title: '',
    unit: 'seconds',
    party: 'harlow',
    before: 462,
    after: 415,
    change: -47,
    low: -62,
    high: -31,
    better: 'down',
    ...one,
  });

  test('shows times as minutes, shares as percent, and the sign of a change', () => {
    expect(figure(462, 'seconds')).toBe('7:42');
    expect(changeWords(-47, 'seconds')).toBe('−0:47');
    expect(changeWords(0.08, 'share')).toBe('+8\u00a0%');
    expect(figure(27_482.4, 'minutes')).toBe('27,482');
    expect(changeWords(0.2, 'seconds')).toBe('under 1 s later');
    expect(changeWords(-0.2, 'seconds')).toBe('under 1 s sooner');
    expect(changeWords(8, 'requests')).toBe('+8');
    expect(figure(null, 'seconds')).toBe('–');
  });
  test('says a unit only where neither title nor figures say it, and no interval of nothing', () => {
    expect(unitWords({ title: 'Calls', unit: 'calls' })).toBe('');
    expect(unitWords({ title: 'Aid given', unit: 'units' })).toBe(' (units)');
    expect(intervalWords(measure({}))).toBe('−1:02 … −0:31');
    expect(intervalWords(measure({ low: 0, high: 0 }))).toBe('');
  });
  test('calls a change better or worse only where chance does not explain it', () => {
    expect(isBetter(measure({}))).toBe(true);
    expect(isBetter(measure({ better: 'up' }))).toBe(false);
    expect(isBetter(measure({ high: 5 }))).toBeNull();
    expect(isBetter(measure({ change: 0, low: null, high: null }))).toBeNull();
  });
  test('speaks of both parties', () => {
    const said = byParty([measure({}), measure({ party: 'cedar' }), measure({ code: 'n' })]);
    expect(said.map(({ party, measures }) => [party, measures.length])).toEqual([
      ['harlow', 2],
      ['cedar', 1],
    ]);
  });
});

test('the gap map as a table says the same as its cells', () => {
  const hours = Array.from({ length: 168 }, (_, i) => (i % 24 < 6 ? 0 : 2));
  expect(runsOf(hours)).toEqual([
    { days: 'mon to sun', hours: '00:00–06:00', count: 0 },
    { days: 'mon to sun', hours: '06:00–24:00', count: 2 },
  ]);
  expect(cellsOf(hours)[6]![5]!.look).toBe('none');
  expect(cellsOf(hours)[6]![6]!.look).toBe('some');
});

test('a ledger line says whose aid it was, what became of the requests and what it cost', () => {
  const figures = {
    requests: 9,
    accepted: 6,
    declined: 2,
    expired: 1,
    loans: 6,
    unit_seconds: 15_300,
    charges: [{ cents: 45_000, currency: 'USD', estimate: true }],
  };
  const pairs = [{ lender: 'cedar', borrower: 'harlow', figures }];
  const answer = { month: '2026-10', pairs, alerts: [], unfilled: [] };
  expect(pairLines(answer, 'harlow')[0]).toEqual({
    lender: 'cedar',
    borrower: 'harlow',
    partner: 'cedar',
    requests: 9,
    outcomes: '6 accepted, 2 declined, 1 expired',
    loans: 6,
    unitHours: '4.25',
    cost: '≈ 450.00 USD',
  });
  expect(unfilledWords('declined', 'crew_fatigue')).toBe('declined: crew fatigue');
});

test('all seven days are not named', () => {
  const night = { since: '22:00', until: '06:00' };
  expect(daysOf(night)).toHaveLength(7);
  expect(withDays(night, new Set(['fri', 'mon']))).toEqual({ ...night, days: ['mon', 'fri'] });
  expect(withDays({ ...night, days: ['mon'] }, new Set(daysOf(night)))).toEqual(night);
});
