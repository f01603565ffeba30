import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addableKinds,
  allWays,
  blankDocument,
  documentOf,
  newClause,
  nextClauseId,
  placeFor,
  sameDocument,
  setField,
  suggestId,
} from '../../src/agreements/document';
import type { ClauseDoc } from '../../src/agreements/types';
import {
  ANSWER,
  DISCRETION,
  FLOOR,
  FORM,
  HOURS,
  makeAgreement,
  makeDocument,
  makeSignature,
} from './make';

describe('a row becomes the document that the parser takes', () => {
  test('without signatures, states and the sentences of the clauses', () => {
    const row = makeAgreement({
      clauses: [
        { id: '3.1', type: 'reserve_floor', keep: 1, sentence: 'Each lender keeps 1 free' },
      ],
      signatures: [makeSignature('cedar')],
    });
    expect(documentOf(row)).toEqual({
      ...makeDocument(),
      clauses: [{ id: '3.1', type: 'reserve_floor', keep: 1 }],
    });
  });

  test('and editing it does not touch the row', () => {
    const row = makeAgreement();
    documentOf(row).clauses[0]!['keep'] = 9;
    expect(row.clauses[0]!['keep']).toBe(1);
  });
});

test('two documents are the same whatever the order of their fields', () => {
  const [a, b] = [makeDocument(), makeDocument()];
  b.clauses[0] = { keep: 1, type: 'reserve_floor', id: '3.1' } as ClauseDoc;
  expect(sameDocument(a, b)).toBe(true);
  b.clauses.reverse();
  expect(sameDocument(a, b)).toBe(false);
});

describe('a field that is set', () => {
  const keep = FLOOR.fields[0]!;
  const types = FLOOR.fields[1]!;

  test('stands in the clause', () => {
    const clause = newClause(FLOOR, '3.2');
    setField(clause, types, ['als_ambulance']);
    expect(clause).toEqual({
      id: '3.2',
      type: 'reserve_floor',
      keep: null,
      unit_types: ['als_ambulance'],
    });
  });

  test('leaves the text when it is emptied, but a required one stays there to be missed', () => {
    const clause = newClause(FLOOR, '3.2');
    setField(clause, types, ['als_ambulance']);
    setField(clause, types, []);
    setField(clause, keep, 4);
    setField(clause, keep, '');
    expect(clause).toEqual({ id: '3.2', type: 'reserve_floor', keep: null });
  });

  test('is kept when it is zero or no: those say something', () => {
    const clause = newClause(FLOOR, '3.2');
    setField(clause, keep, 0);
    expect(clause['keep']).toBe(0);
    const other = newClause(DISCRETION, '4.1');
    setField(other, DISCRETION.fields[0]!, false);
    expect(other['lender_may_decline']).toBe(false);
  });
});

test('a new clause has its required fields, empty', () => {
  expect(newClause(HOURS, '2')).toEqual({ id: '2', type: 'hours', windows: [] });
  expect(newClause(DISCRETION, '4')['lender_may_decline']).toBe(false);
});

describe('the number of a new clause', () => {
  const isLimit = (clause: ClauseDoc) => clause.type === 'reserve_floor';
  const floor = (id: string): ClauseDoc => ({ id, type: 'reserve_floor' });
  const other = (id: string): ClauseDoc => ({ id, type: 'text' });

  test('follows the last one of its group', () => {
    expect(nextClauseId([floor('3.1'), floor('3.3'), other('4')], isLimit)).toBe('3.4');
  });
  test('opens the next chapter in an empty group', () => {
    expect(nextClauseId([other('1.1'), other('4.2')], isLimit)).toBe('5.1');
    expect(nextClauseId([], isLimit)).toBe('1.1');
  });
  test('goes below a chapter that is one clause', () => {
    expect(nextClauseId([floor('5'), other('6')], isLimit)).toBe('5.1');
  });
  test('is never one that is taken', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[1-9A-C](\.[1-9])?$/), { maxLength: 12 });
    fc.assert(
      fc.property(ids, fc.boolean(), (taken, limits) => {
        const clauses = taken.map((id, i) => (limits && i % 2 ? floor(id) : other(id)));
        expect(taken).not.toContain(nextClauseId(clauses, isLimit));
      }),
    );
  });
  test('and it stands behind its group', () => {
    expect(placeFor([floor('3.1'), other('4')], isLimit)).toBe(1);
    expect(placeFor([other('4')], isLimit)).toBe(1);
  });
});

test('what an agreement says once at most is not offered twice, but for each lender it is', () => {
  const clauses = [newClause(ANSWER, '1'), newClause(DISCRETION, '2')];
  const offered = addableKinds(FORM.kinds, clauses).map((kind) => kind.type);
  expect(offered).toEqual(['hours', 'reserve_floor', 'discretion']);
});

test('every party to every other', () => {
  expect(allWays(['a', 'b', 'c'])).toHaveLength(6);
  expect(allWays(['a'])).toEqual([]);
});

test('an id is made from the parties and is free', () => {
  expect(suggestId(['harlow', 'cedar'], new Set())).toBe('harlow-cedar');
  expect(suggestId(['harlow', 'cedar'], new Set(['harlow-cedar']))).toBe('harlow-cedar-2');
  expect(suggestId(['harlow'], new Set())).toBe('');
});

test('a new agreement begins at the next midnight of its own clocks', () => {
  const now = Date.parse('2026-11-24T02:30:00Z');
  const doc = blankDocument('harlow', 'America/New_York', now);
  expect(doc.effective_from).toBe('2026-11-24T05:00:00Z');
  expect(doc.parties).toEqual(['harlow']);
});
