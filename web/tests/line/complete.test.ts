import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accept, choices, complete, fromMatches } from '../../src/line/complete';
import { makeHints } from '../../src/line/hints';
import { parse } from '../../src/line/parse';
import { VERBS } from '../../src/line/verbs';
import { PICTURE } from './cases';

const at = (line: string, cursor = line.length) => complete(line, cursor, PICTURE);
const inserts = (line: string) => at(line)?.candidates.map(({ insert }) => insert) ?? null;

test('verbs are offered by their beginning, then by what one slip of a finger meant', () => {
  expect(inserts('re')).toEqual(['REC', 'REQ', 'REL']);
  expect(inserts('rex')).toEqual(['REC', 'REQ', 'REL']);
  expect(inserts('xyz')).toBeNull();
  expect(at('REQ')?.candidates[0]).toMatchObject({ label: 'REQ inc unit', insert: 'REQ' });
});

test('behind a verb stand the things that it may apply to now, eight at most', () => {
  const units = at('REQ 42 ')!;
  expect(units.expects).toBe('unit');
  expect(units.candidates).toHaveLength(8);
  expect(units.of).toBe(9);
  expect(at('REL ')?.candidates.map(({ id }) => id)).not.toContain('harlow-m213');
  expect(inserts('ST M212 on s')).toEqual(['OS']);
});

test('a unit is said with level, agency, status and arrival, and advised ones stand first', () => {
  const hints = {
    etaOf: (unit: string) => (unit === 'dunmere-m411' ? 'ETA 6:10' : ''),
    rankOf: (unit: string) => (unit === 'dunmere-m411' ? 1 : null),
  };
  const first = complete('REQ 42 ', 7, PICTURE, hints)!.candidates[0];
  expect(first).toEqual({
    id: 'dunmere-m411',
    insert: 'M411',
    label: 'M411',
    sentence: 'ALS · Dunmere · available · ETA 6:10',
  });
});

test('what two units share is written with the agency, so that it means one', () => {
  expect(inserts('REQ 42 M12')).toEqual(['CedarFenM12', 'DunmereM12', 'M121']);
  expect(inserts('REC 57')).toEqual(['26-00057', '25-00057']);
});

test('a name typed with blanks is completed as a whole', () => {
  const found = at('REQ 42 Cedar Fen M3')!;
  expect(found.candidates.map(({ id }) => id)).toEqual(['cedar-m311']);
  expect(accept('REQ 42 Cedar Fen M3', found, found.candidates[0]!).line).toBe('REQ 42 M311 ');
});

test('a word in the middle is replaced alone, and the cursor stands behind it', () => {
  const line = 'REQ 4 M311';
  const found = at(line, 5)!;
  expect(found.expects).toBe('incident');
  expect(accept(line, found, found.candidates[0]!)).toEqual({ line: 'REQ 42 M311', cursor: 7 });
});

test('a new incident is offered priorities, then natures, then nothing', () => {
  expect(inserts('N ')).toEqual(['p1', 'p2', 'p3', 'p4']);
  expect(inserts('n p')).toEqual(['p1', 'p2', 'p3', 'p4']);
  expect(inserts('N p1 c')).toEqual(['Cardiac arrest @', 'Chest pain @']);
  expect(inserts('N p1 Fall @ Mi')).toBeNull();
  expect(inserts('N p1 Fall ')).toBeNull();
});

test('nothing is offered where nothing can be chosen', () => {
  for (const line of [
    '',
    'COV x',
    'EXT M331 ',
    'FIND mill',
    'REQ 42 M311 x',
    'xyz 42',
    'REQ 99 ',
  ]) {
    if (line) expect(inserts(line), line).toBeNull();
  }
  expect(complete('REQ 42 ', 7, { ...PICTURE, role: 'analyst' })).toBeNull();
});

test('an ambiguous word is replaced by what is chosen, and the rest of the line stays', () => {
  const line = 'REQ 57 M311';
  const parsed = parse(line, PICTURE);
  if (parsed.kind === 'complete') throw new Error('it is ambiguous');
  const found = choices(line, parsed, PICTURE)!;
  expect(found.candidates.map(({ label }) => label)).toEqual(['26-00057', '25-00057']);
  expect(accept(line, found, found.candidates[1]!).line).toBe('REQ 25-00057 M311');
});

test('what an abbreviation may mean is listed as advised, also those that the answer has no room for', () => {
  const hints = { etaOf: () => '', rankOf: (unit: string) => (unit === 'marlow-m121' ? 1 : null) };
  const parsed = parse('REQ 42 1', PICTURE);
  if (parsed.kind !== 'ambiguous') throw new Error('it is ambiguous');
  const found = choices('REQ 42 1', parsed, PICTURE, hints)!;
  expect(found.candidates[0]!.id).toBe('marlow-m121');
  expect(found.of).toBe(parsed.of);
});

test('an unknown verb becomes the one that is chosen, a missing argument is written behind', () => {
  const chosen = (line: string) => {
    const parsed = parse(line, PICTURE);
    if (parsed.kind === 'complete') throw new Error('it is complete');
    const found = choices(line, parsed, PICTURE);
    return found && accept(line, found, found.candidates[0]!).line;
  };
  expect(chosen('ASS 42 M211')).toBe('AS 42 M211');
  expect(chosen('REQ 42')).toBe('REQ 42 M311 ');
  expect(chosen('EXT M331')).toBeNull();
  expect(chosen('COV x')).toBeNull();
});

test('what was found is written as the line that selects it', () => {
  const found = fromMatches('FIND m12', [{ kind: 'unit', id: 'dunmere-m12' }], PICTURE)!;
  expect(accept('FIND m12', found, found.candidates[0]!).line).toBe('U DunmereM12 ');
});

test('units that the advice does not name stand behind, the nearest first', () => {
  const advice = {
    advice: { order: [] },
    candidates: [{ unit: 'marlow-m121', eta_seconds: 370, eta_basis: 'straight_line' }],
    own: [],
  };
  const hints = makeHints({
    adviceOf: (incident) => (incident === 'i42' ? (advice as never) : null),
    fixes: new Map([
      ['cedar-m311', { lon: 3, lat: 0 }],
      ['marlow-m111', { lon: 1, lat: 0 }],
      ['marlow-m121', { lon: 9, lat: 0 }],
    ]),
    incidents: new Map([['i42', { lon: 0, lat: 0 }]]),
  });
  const found = complete('REQ 42 ', 7, PICTURE, hints)!.candidates.slice(0, 4);
  expect(found.map(({ id }) => id)).toEqual([
    'marlow-m121',
    'marlow-m111',
    'cedar-m311',
    'cedar-m12',
  ]);
  expect(found[0]!.sentence).toBe('ALS · Port Marlow · available · ETA ≈ 6:10');
  expect(hints.rankOf('cedar-m311', null)).toBeNull();
});

const words = fc.constantFrom(
  ...VERBS.map(({ verb }) => verb),
  ...PICTURE.units.flatMap((unit) => [unit.sign, unit.call_sign, unit.sign.slice(0, 2)]),
  ...['42', '57', '2', 'cedar', 'p1', '@', 'als x 2', 'no', 'M', '\u0000', '🚑', 'é'],
);
const lines = fc.array(words, { maxLength: 5 }).map((some) => some.join(' '));

test('whatever is typed: taking a candidate never makes the line worse', () => {
  const better = { unknown: 0, ambiguous: 1, incomplete: 2, complete: 3 };
  fc.assert(
    fc.property(lines, fc.nat(60), (line, where) => {
      const found = complete(line, Math.min(where, line.length), PICTURE);
      for (const candidate of found?.candidates ?? []) {
        const next = accept(line, found!, candidate);
        expect(next.cursor).toBeLessThanOrEqual(next.line.length);
        // What it wrote means that thing alone: the words up to the cursor are never ambiguous.
        const kind = parse(next.line.slice(0, next.cursor), PICTURE).kind;
        if (found!.expects !== 'nature') expect(better[kind], next.line).toBeGreaterThan(1);
      }
    }),
    { numRuns: 600, seed: 11 },
  );
});
