import fc from 'fast-check';
import { expect, test } from 'vitest';
import { find } from '../../src/line/find';
import { describe } from '../../src/line/names';
import { parse } from '../../src/line/parse';
import { sayWhyNot } from '../../src/line/say';
import { telephoneOf } from '../../src/line/telephone';
import { FILE, PICTURE } from './cases';

function say(line: string, role = PICTURE.role): string {
  const parsed = parse(line, { ...PICTURE, role });
  return parsed.kind === 'complete' ? '' : sayWhyNot(parsed, PICTURE);
}

test.each([
  ['REQ 42 M12', '“M12” may be Cedar Fen M12 or Dunmere M12. Nothing was done'],
  ['REC 57', '“57” may be 26-00057 (P2 Fall) or 25-00057 (P3 Fall). Nothing was done'],
  ['REX', 'No command “REX”. Is it REC, REQ or REL?'],
  ['xyz', 'No command “xyz”. “?” lists them all'],
  ['COV x', 'COV: “x” is too much. Nothing was done'],
  ['EXT M331 99', 'EXT unit hours: 1 to 72 hours'],
  ['REQ 42 M211', 'Harlow M211 is your own: AS assigns it.'],
  ['AS 42 A322', 'Cedar Fen A322 is not your own: REQ asks for it.'],
  ['REQ 42 M321', 'Cedar Fen M321 is asked for already.'],
  ['REQ 42 A322', 'Cedar Fen A322 is dispatched.'],
  ['AS 42 M213', 'Harlow M213 is lent to Cedar Fen.'],
  ['REC 61', '26-00061 is Cedar Fen’s incident.'],
  ['REC 30', '26-00030 is closed.'],
  ['ORD 88', '26-00088 is a standby, no call.'],
  ['ACC A222', 'The request for A222 has run out.'],
  ['ACC M321', 'The request for M321 is your own: CAN withdraws it.'],
  ['DEC M221 no', 'The request for M221: the agreement leaves no refusal.'],
  ['CAN M411', 'The request for M411 was declined.'],
  ['EXT M212 2', 'Harlow M212 is not borrowed.'],
  ['REQ 42 M9', 'No unit “M9” that REQ may apply to'],
  ['DEC M211', expect.stringContaining('the reason is missing: no_unit, coverage_floor')],
  ['EXT M331', 'EXT unit hours: the number of hours is missing'],
  ['REC', expect.stringContaining('the incident is missing: 26-00042 (P1 Cardiac arrest)')],
])('%s is refused with its reason', (line, sentence) => {
  expect(say(line)).toEqual(sentence);
});

test('of another unit that is offered it says who offers it, and whoever does may take it back', () => {
  const offered = (id: string) => ({
    ...PICTURE,
    requests: PICTURE.requests
      .filter((row) => row.id === id)
      .map((row) => ({ ...row, offered_by_lender: true })),
  });
  const [theirs, ours] = [offered('r3'), offered('r1')];
  expect(describe('request', 'r3', theirs).sentence).toBe(
    'Cedar Fen offers M321 for 26-00142 instead',
  );
  expect(describe('request', 'r1', ours).sentence).toBe(
    'Harlow has offered M211 for 26-00201 instead',
  );
  expect(parse('CAN M211', ours)).toMatchObject({ kind: 'complete', args: { request: 'r1' } });
  const refused = parse('ACC M211', ours);
  expect(refused.kind === 'complete' ? '' : sayWhyNot(refused, ours)).toBe(
    'The request for M211 is your own: CAN withdraws it.',
  );
});

test('a verb that the role may not use says whose it is', () => {
  expect(say('REQ 42 M311', 'analyst')).toBe('REQ is for dispatchers and supervisors');
});

test('an argument of which there is none now says so', () => {
  const none = { ...PICTURE, requests: [] };
  const parsed = parse('ACC', none);
  expect(parsed.kind === 'complete' ? '' : sayWhyNot(parsed, none)).toBe(
    'ACC request [unit]: the request is missing: there is none that it may apply to now',
  );
});

test('every shared case that is not complete has a sentence, whatever was typed', () => {
  for (const one of FILE.cases.filter(({ kind }) => kind !== 'complete')) {
    expect(say(one.line, one.role), one.line).toMatch(/\S/);
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (line) => {
      const parsed = parse(line, PICTURE);
      if (parsed.kind !== 'complete') expect(sayWhyNot(parsed, PICTURE)).not.toBe('');
    }),
    { seed: 3 },
  );
});

test('FIND looks through signs, numbers, natures and addresses of what is active', () => {
  const incidents = PICTURE.incidents.map((row) =>
    row.id === 'i57' ? { ...row, address: '4 Mill Lane' } : row,
  );
  const among = { ...PICTURE, incidents };
  expect(find('mill LANE', among)).toEqual([{ kind: 'incident', id: 'i57' }]);
  expect(find('chest', among)).toEqual([{ kind: 'incident', id: 'i142' }]);
  expect(find('a712', among)).toEqual([{ kind: 'unit', id: 'pellam-a712' }]);
  expect(find('00030', among)).toEqual([]);
  expect(find('- -', among)).toEqual([]);
  expect(find('m12', among).length).toBeGreaterThan(2);
});

test('on the telephone one says which request is open, else what is needed for the incident at hand', () => {
  const said = (agency: string, selected: string | null = null) =>
    telephoneOf(agency, PICTURE, selected);
  expect(said('cedar')).toMatchObject({
    number: '+1 555 0132',
    agency: 'Cedar Fen Ambulance Association',
  });
  expect(said('cedar')!.say).toContain('we ask for Cedar Fen M321 for our incident 26-00142');
  expect(said('dunmere')!.say).toContain('we answer your request for Harlow M221');
  expect(said('marlow', 'i142')!.say).toContain('We need 1 unit for 26-00142');
  expect(said('marlow')!.say).toBe('“This is Harlow dispatch. Which of your units are free?”');
  expect(said('nowhere')).toBeNull();
});

test('on the telephone a request is told as its own line tells it, the nature only where it may be', () => {
  const row = {
    agreement: 'cedar-harlow',
    agreement_version: 3,
    clauses: ['2.1'],
    nature: 'Chest pain',
  };
  const requests = PICTURE.requests.map((one) => (one.id === 'r3' ? { ...one, ...row } : one));
  const text = { id: 'cedar-harlow', version: 3, title: 'Cedar lends to Harlow', clauses: [] };
  const agreements = [text] as unknown as NonNullable<typeof PICTURE.agreements>;
  const say = (among: typeof agreements | null) =>
    telephoneOf('cedar', { ...PICTURE, requests, agreements: among }, null)!.say;
  expect(say(agreements)).toBe(
    '“This is Harlow dispatch: we ask for Cedar Fen M321 for our incident 26-00142, Chest pain, ' +
      'we need 1 ALS ambulance, under the agreement Cedar lends to Harlow, version 3, clause 2.1.”',
  );
  expect(say(null)).not.toContain('Chest pain');
});
