import { expect, test } from 'vitest';
import { parse } from '../../src/line/parse';
import type { Complete } from '../../src/line/parsed';
import { asksFirst, isSure, run, type Desk, type Did, type LinePorts } from '../../src/line/run';
import { VERBS } from '../../src/line/verbs';
import { apply } from '../../src/picture/picture';
import { makeAssignment, makeIncident, makeRequest, makeSnapshot, makeUnit } from '../make';
import { FILE, PICTURE } from './cases';

const ROWS = apply(
  null,
  makeSnapshot({
    units: PICTURE.units.map((row) => makeUnit({ ...row })),
    incidents: PICTURE.incidents.map((row) => makeIncident(row as object)),
    requests: PICTURE.requests.map((row) => makeRequest({ ...row })),
    assignments: PICTURE.assignments.map((row) => makeAssignment(row as object)),
  }),
)!;

/** A desk that writes down what was ordered: rows by id, everything else as it is. */
class Written {
  readonly calls: unknown[][] = [];
  readonly desk: Desk;

  constructor(more: Partial<Desk> = {}) {
    const note =
      (name: string) =>
      (...args: unknown[]) => {
        this.calls.push([name, ...args.map(idOf)]);
        return Promise.resolve(true as never);
      };
    const commands = new Proxy({} as Desk['commands'], { get: (_, name) => note(String(name)) });
    this.desk = {
      commands,
      ports: {},
      rows: ROWS,
      picture: PICTURE,
      canAct: true,
      selectedIncident: null,
      showIncident: note('showIncident'),
      recommend: note('recommend'),
      showUnit: note('showUnit'),
      showSide: note('showSide'),
      openForm: note('openForm'),
      showHelp: note('showHelp'),
      ...more,
    };
  }
}

const idOf = (value: unknown) =>
  value && typeof value === 'object' && 'id' in value ? value.id : value;

function read(line: string): Complete {
  const parsed = parse(line, PICTURE);
  if (parsed.kind !== 'complete') throw new Error(`${line} is ${parsed.kind}`);
  return parsed;
}

async function told(line: string, more: Partial<Desk> = {}): Promise<[unknown[][], Did | null]> {
  const written = new Written(more);
  const did = await run(read(line), written.desk);
  return [written.calls, did];
}

test.each([
  ['REC 42', ['recommend', 'i42']],
  ['REQ 42 M311', ['requestAid', 'i42', 'cedar-m311']],
  ['REQ 142 M711', ['sendOn', 'i142', 'pellam-m711']],
  ['AS 42 M211', ['assignOwn', 'i42', 'harlow-m211']],
  ['ACC M211', ['accept', 'r1']],
  ['ACC M221 M221', ['accept', 'r2']],
  ['DEC M211 cr since noon', ['decline', 'r1', 'crew_fatigue', 'since noon']],
  ['CAN M321', ['withdraw', 'r3']],
  ['REL M212', ['release', 'a1']],
  ['REL Medic 07', ['release', 'a5']],
  ['RCL M213 needed here', ['recall', 'a3', 'needed here']],
  ['EXT M331 3', ['extend', 'a2', 3]],
  ['CNF M331', ['confirmLoan', 'a2']],
  ['ST M212 OS', ['setStatus', 'harlow-m212', 'on_scene']],
  ['CL 42', ['closeIncident', 'i42', false]],
  ['CL 142', ['closeIncident', 'i142', true]],
  ['U M211', ['showUnit', 'harlow-m211']],
  ['I 61', ['showIncident', 'i61']],
  ['COV', ['showSide', 'cover']],
  ['FIND chest', ['showIncident', 'i142']],
  ['FIND a712', ['showUnit', 'pellam-a712']],
  ['?', ['showHelp']],
])('%s is one call', async (line, call) => {
  expect((await told(line))[0]).toEqual([call]);
});

test('an order for many units shows its incident and the form', async () => {
  const [calls] = await told('ORD 142');
  expect(calls).toEqual([
    ['showIncident', 'i142'],
    ['showSide', 'order'],
  ]);
});

test('an incident with priority, nature and coordinates is opened at once, with the usual need', async () => {
  const [calls] = await told('N p3 fall @ -141.06, 40.99');
  const [name, incident] = calls[0]!;
  expect([name, calls.length]).toEqual(['openIncident', 1]);
  expect(incident).toEqual({
    lon: -141.06,
    lat: 40.99,
    priority: 'lower_acuity',
    nature: 'Fall',
    needs: [{ unit_type: 'bls_ambulance', count: 1 }],
  });
});

test('without a priority, a nature or a place the form opens with what was given', async () => {
  const [calls] = await told('N chest pain @ 4 Mill Lane ALS x2');
  expect(calls).toEqual([
    [
      'openForm',
      {
        nature: 'Chest pain',
        place: '4 Mill Lane',
        needs: [{ unit_type: 'als_ambulance', count: 2 }],
      },
    ],
  ]);
  expect((await told('N'))[0]).toEqual([['openForm', {}]]);
});

const mill = { name: '4 Mill Lane, Harlow', lon: 1, lat: 2 };

test.each<[string, LinePorts['findPlaces'], string]>([
  ['one single place', () => Promise.resolve([mill]), 'openIncident'],
  ['two places', () => Promise.resolve([mill, mill]), 'openForm'],
  ['no place', () => Promise.resolve([]), 'openForm'],
  ['a search that fails', () => Promise.reject(new Error('gone')), 'openForm'],
  ['no search at all', undefined, 'openForm'],
])('a place in words with %s', async (_, findPlaces, call) => {
  const [calls] = await told('N p1 Fall @ 4 Mill Lane', {
    ports: findPlaces ? { findPlaces } : {},
  });
  expect(calls.map(([name]) => name)).toEqual([call]);
  if (call === 'openIncident') {
    expect(calls[0]![1]).toMatchObject({ lon: 1, lat: 2, address: mill.name });
  }
});

test('what another part of the board brings along is called through its port', async () => {
  const asked: unknown[][] = [];
  const note =
    (name: string) =>
    async (...args: unknown[]) =>
      asked.push([name, ...args.map(idOf)]);
  const ports = {
    why: note('why'),
    counterOffer: note('counterOffer'),
    acknowledgeAlarm: note('acknowledge'),
    silence: note('silence'),
  };
  for (const line of ['WHY M411 42', 'ACC M221 M211', 'ACK', 'SIL']) await told(line, { ports });
  await told('WHY M411', { ports, selectedIncident: 'i57' });
  expect(asked).toEqual([
    ['why', 'i42', 'dunmere-m411'],
    ['counterOffer', 'r2', 'harlow-m211'],
    ['acknowledge'],
    ['silence'],
    ['why', 'i57', 'dunmere-m411'],
  ]);
  expect(await told('WHY M411', { ports })).toMatchObject([[], { ok: false }]);
});

test.each(['WHY M411 42', 'ACC M221 M211', 'ACK', 'SIL'])(
  '%s without its port says that it is not available, and does nothing',
  async (line) => {
    expect(await told(line)).toEqual([[], { ok: false, text: 'not available here' }]);
  },
);

test('without a connection nothing is sent, and what only shows still works', async () => {
  for (const { line } of FILE.cases.filter(({ kind, role }) => kind === 'complete' && !role)) {
    const [calls, did] = await told(line, { canAct: false });
    const { changes } = VERBS.find(({ verb }) => verb === read(line).verb)!;
    if (changes) expect([calls, did?.ok], line).toEqual([[], false]);
    const sent = calls.filter(([name]) => !/^(show|openForm)/.test(String(name)));
    expect(sent, line).toEqual([]);
  }
});

test('a row that went in the meantime is not acted on', async () => {
  const rows = { ...ROWS, requests: new Map(), assignments: new Map(), units: new Map() };
  for (const line of ['ACC M211', 'CAN M321', 'REL M212', 'ST M212 OS']) {
    expect(await told(line, { rows }), line).toMatchObject([[], { ok: false }]);
  }
});

test('several finds are to be chosen from, none is said', async () => {
  const [calls, did] = await told('FIND fall');
  expect([calls, did?.matches?.length]).toEqual([[], 3]);
  expect(await told('FIND nothing at all')).toMatchObject([[], { ok: false }]);
});

test('PH names the number and what to say', async () => {
  const [, did] = await told('PH cedar');
  expect(did?.text).toMatch(/^\+1 555 0132 Cedar Fen Ambulance Association\. Say: “This is Harlow/);
});

test('closing asks once, and the same again within ten seconds does it', () => {
  expect(asksFirst(read('CL 42'), PICTURE)).toContain('closes 26-00042 with 2 assigned');
  expect(asksFirst(read('CL 142'), PICTURE)).toContain('cancels 26-00142');
  expect(asksFirst(read('CL 26-57'), PICTURE)).toContain('closes 26-00057: 1 unit has left');
  expect(asksFirst(read('REL M212'), PICTURE)).toBe('');
  const asked = { line: 'i42', at: 1000 };
  expect(isSure(asked, 'i42', 11_000)).toBe(true);
  expect(isSure(asked, 'i42', 11_001)).toBe(false);
  expect(isSure(asked, 'i57', 2000)).toBe(false);
  expect(isSure(null, 'i42', 2000)).toBe(false);
});

test('a unit that is offered instead is accepted and declined by the line like a request', () => {
  const offer = {
    ...PICTURE.requests.find((row) => row.id === 'r3')!,
    offered_by_lender: true,
    instead_of: 'cedar-m311',
  };
  const picture = { ...PICTURE, requests: [offer] };
  const at = (line: string) => parse(line, picture);
  expect(at('ACC m321')).toMatchObject({ kind: 'complete', args: { request: 'r3' } });
  expect(at('DEC m321 cap')).toMatchObject({ kind: 'complete', args: { request: 'r3' } });
  expect(at('CAN m321')).toMatchObject({ kind: 'complete', args: { request: 'r3' } });
  // Nothing of ours can be given in exchange.
  expect(at('ACC m321 m211').kind).toBe('unknown');
  expect(parse('ACC m321', PICTURE).kind).toBe('unknown');
});
