import { describe, expect, test } from 'vitest';
import { enclosing, fieldId, isWithin, pathWords, placeOf } from '../../src/agreements/paths';
import {
  findingPath,
  inputPaths,
  inputTitles,
  ownFindings,
  sortByPlace,
} from '../../src/agreements/places';
import type { Finding } from '../../src/agreements/types';
import { FORM, makeDocument } from './make';

const doc = makeDocument({
  clauses: [
    { id: '2.1', type: 'hours', windows: [{ since: '22:00', until: '06:00' }] },
    { id: '3.1', type: 'reserve_floor', keep: 1 },
  ],
});
const known = inputPaths(doc, FORM);

describe('what the server says about a path is shown', () => {
  test('at the field itself', () => {
    expect(placeOf('clauses[1].keep', known)).toBe('clauses[1].keep');
    expect(placeOf('effective_to', known)).toBe('effective_to');
  });
  test('at the entry of a list that has a row of its own', () => {
    expect(placeOf('clauses[0].windows[0].since', known)).toBe('clauses[0].windows[0]');
  });
  test('at the nearest thing around it, where it has no input', () => {
    expect(placeOf('parties[1]', known)).toBe('parties');
    expect(placeOf('clauses[1].unknown_name', known)).toBe('clauses[1]');
    expect(placeOf('clauses[1].type', known)).toBe('clauses[1]');
  });
  test('nowhere on the form, where nothing is around it', () => {
    expect(placeOf('document', known)).toBeNull();
    expect(placeOf('clauses[7].keep', known)).toBeNull();
  });
});

test('a path is opened from the inside out', () => {
  expect(enclosing('clauses[4].windows[0].since')).toEqual([
    'clauses[4].windows[0].since',
    'clauses[4].windows[0]',
    'clauses[4].windows',
    'clauses[4]',
    'clauses',
  ]);
});

test('a path is within another only at a boundary', () => {
  expect(isWithin('clauses[1].keep', 'clauses[1]')).toBe(true);
  expect(isWithin('clauses[10].keep', 'clauses[1]')).toBe(false);
  expect(isWithin('parties[0]', 'parties')).toBe(true);
});

test('every input has an id of its own', () => {
  const ids = [...known].map(fieldId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(fieldId('clauses[4].keep')).toBe('term-clauses-4-keep');
});

test('people read the clause number, not the index', () => {
  expect(pathWords('clauses[1].keep', ['2.1', '3.1'])).toBe('clause 3.1: keep');
  expect(pathWords('parties[1]', [])).toBe('parties 2');
  expect(pathWords('effective_to', [])).toBe('effective to');
});

test('people read what the form calls a field, not its name in the text', () => {
  const form = structuredClone(FORM);
  form.kinds.find((kind) => kind.type === 'reserve_floor')!.fields[0]!.title = 'Keeps at least';
  const titles = inputTitles(doc, form);
  const words = (path: string) => pathWords(path, ['2.1', '3.1'], titles);
  expect(words('clauses[1].keep')).toBe('clause 3.1: Keeps at least');
  expect(words('effective_from')).toBe('From');
  expect(words('parties[1]')).toBe('Parties 2');
  expect(words('clauses[0].type')).toBe('clause 2.1: type');
});

describe('a finding', () => {
  const finding = (one: Partial<Finding>): Finding => ({
    code: 'nothing_left',
    severity: 'warning',
    agreement: 'harlow-cedar',
    version: 3,
    clause: null,
    path: '',
    sentence: '',
    remedy: '',
    figures: {},
    ...one,
  });

  test('stands at its path, else at its clause, else nowhere', () => {
    expect(findingPath(finding({ path: 'effective_to' }), doc)).toBe('effective_to');
    expect(findingPath(finding({ clause: '3.1' }), doc)).toBe('clauses[1]');
    expect(findingPath(finding({ clause: '9' }), doc)).toBe('');
  });
  test('of another agreement does not stand at this one’s fields', () => {
    const found = [finding({}), finding({ agreement: 'other' }), finding({ agreement: null })];
    expect(ownFindings(found, 'harlow-cedar')).toEqual([found[0], found[2]]);
  });
  test('several at one place stay together', () => {
    const sorted = sortByPlace(['a.b', 'a', 'zzz'], (path) => path, new Set(['a']));
    expect([...sorted]).toEqual([
      ['a', ['a.b', 'a']],
      ['', ['zzz']],
    ]);
  });
});
