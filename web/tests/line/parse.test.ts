import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/line/parse';
import { VERBS } from '../../src/line/verbs';
import { NEXT_STATUS } from '../../src/words/statuses';
import { FILE, PICTURE } from './cases';

describe('the cases that page and terminal share', () => {
  test.each(FILE.cases.map((one) => [one.line + (one.role ? ` (${one.role})` : ''), one] as const))(
    '%s',
    (_, { line, role, opens, ...expected }) => {
      const parsed = parse(line, role ? { ...PICTURE, role } : PICTURE);
      expect(parsed).toMatchObject(expected);
      if (parsed.kind !== 'complete') return;
      const { opens: found, ...args } = parsed.args as Record<string, unknown>;
      expect(found).toBe(opens);
      expect(args).toEqual(expected.args);
    },
  );

  test('every verb has cases, and every kind of answer', () => {
    const verbs = new Set(FILE.cases.map((one) => one.verb));
    expect(VERBS.filter(({ verb }) => !verbs.has(verb))).toEqual([]);
    expect(new Set(FILE.cases.map((one) => one.kind)).size).toBe(4);
  });

  test('the file names the same steps of a unit as the board', () => {
    expect(FILE.next_status).toEqual(NEXT_STATUS);
  });
});

const pieces = fc.constantFrom(
  ...VERBS.map(({ verb }) => verb),
  ...PICTURE.units.flatMap((unit) => [unit.sign, unit.call_sign, unit.id]),
  ...PICTURE.incidents.map((incident) => incident.number),
  ...['42', '0', '#', '@', 'p1', 'als x 2', '1,2', 'no', '\u0000', '\ud800', '🚑', '  ', 'é', '٣'],
);
const lines = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(pieces, { maxLength: 7 }).map((some) => some.join(' ')),
);

test('whatever is typed, the answer is a value: nothing throws, and no list is longer than eight', () => {
  fc.assert(
    fc.property(lines, (line) => {
      const parsed = parse(line, PICTURE);
      expect(['complete', 'incomplete', 'ambiguous', 'unknown']).toContain(parsed.kind);
      if (parsed.kind !== 'complete') {
        expect(parsed.candidates.length).toBeLessThanOrEqual(8);
        expect(parsed.of).toBeGreaterThanOrEqual(parsed.candidates.length);
      }
    }),
    { numRuns: 2000, seed: 7 },
  );
});

test('case and the number of blanks change nothing', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 5 }), (some) => {
      // Free text is kept as it was typed.
      fc.pre(!/^\s*(N|DEC|RCL|FIND)\b/i.test(some.join(' ')));
      const kind = (line: string) => {
        const parsed = parse(line, PICTURE);
        return { ...parsed, typed: null };
      };
      expect(kind(`  ${some.join('   ').toLowerCase()} `)).toEqual(kind(some.join(' ')));
    }),
    { numRuns: 1000, seed: 7 },
  );
});

test('a complete line names only what its verb may apply to, in an empty picture nothing', () => {
  const empty = { ...PICTURE, units: [], incidents: [], requests: [], assignments: [] };
  fc.assert(
    fc.property(lines, (line) => {
      const parsed = parse(line, { ...empty, jurisdictions: [] });
      if (parsed.kind === 'complete') {
        expect(['N', 'COV', 'FIND', 'ACK', 'SIL', '?']).toContain(parsed.verb);
      }
    }),
    { numRuns: 1000, seed: 7 },
  );
});
