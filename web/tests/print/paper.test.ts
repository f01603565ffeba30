import { expect, test } from 'vitest';
import { apply } from '../../src/picture/picture';
import { paperOf, type Paper, type PaperSource } from '../../src/print/paper';
import type { AgreementInfo, RegionInfo } from '../../src/wire/types';
import { at, makeIncident, makeRequest, makeSnapshot, makeUnit, T0 } from '../make';

const REGION = {
  name: 'Marlow Valley',
  fictional: true,
  sample_fleet: false,
  time_zone: 'UTC',
  jurisdictions: [
    { id: 'harlow', name: 'Harlow', agency_name: 'Harlow EMS', telephone: '555-0100' },
    { id: 'cedar', name: 'Cedar Fen', agency_name: 'Cedar Fen EMS', telephone: '555-0142' },
    { id: 'moor', name: 'Moor', agency_name: 'Moor EMS', telephone: '555-0177' },
  ],
} as unknown as RegionInfo;

const AGREEMENT: AgreementInfo = {
  id: 'harlow-cedar',
  title: 'Harlow / Cedar Fen',
  version: 3,
  in_force: 3,
  effective_to: null,
  state: 'active',
  parties: ['harlow', 'cedar'],
  clauses: [
    { id: '2.1', type: 'unit_types', allow: ['als_ambulance'] },
    { id: '3.1', type: 'reserve_floor', unit_types: ['als_ambulance'], keep: 2 },
    { id: '4.2', type: 'answer_time', seconds: 60 },
  ],
};

const picture = apply(
  null,
  makeSnapshot({
    units: [
      makeUnit({ id: 'u1', call_sign: 'Harlow M1', reported_at: at(-90), position_at: at(-700) }),
      makeUnit({
        id: 'u2',
        call_sign: 'Cedar M2',
        own: false,
        jurisdiction: 'cedar',
        lent_to: 'harlow',
      }),
      makeUnit({ id: 'u3', call_sign: 'Harlow M3', reported_at: null, lon: null, lat: null }),
    ],
    incidents: [
      makeIncident({ number: '26-00001', address: '7 Mill Lane', opened_at: at(-300) }),
      makeIncident({ id: 'i2', number: '26-00002', state: 'closed' }),
    ],
    requests: [
      makeRequest({ unit: 'u1', requested_at: at(-20), expires_at: at(40) }),
      makeRequest({ id: 'r2', state: 'declined' }),
    ],
    covers: [
      {
        jurisdiction: 'cedar',
        state: 'amber',
        free: 2,
        lent: 0,
        total: 5,
        pending: null,
        reasons: [],
        levels: null,
        override: null,
      },
    ],
  }),
);

const SOURCE: PaperSource = {
  picture,
  region: REGION,
  agreements: [
    AGREEMENT,
    { ...AGREEMENT, id: 'old', title: 'Old pact', in_force: null, state: 'terminated' },
  ],
  agreementsAt: T0,
  live: true,
  now: T0 + 61_000,
  home: 'harlow',
  person: 'Ana',
  nameOf: (id) => ({ harlow: 'Harlow', cedar: 'Cedar Fen', moor: 'Moor' })[id] ?? id,
};

const paper = (change: Partial<PaperSource> = {}) => paperOf({ ...SOURCE, ...change });
const sheet = (of: Paper, title: string) => of.sheets.find((one) => one.title.startsWith(title))!;

test('every unit stands on the paper, with its status and how old that and its position are', () => {
  const { rows } = sheet(paper(), 'Units');
  const byUnit = Object.fromEntries(rows.map((row) => [row[0], row]));
  expect(rows).toHaveLength(3);
  expect(byUnit['Harlow M1']!.slice(3, 5)).toEqual(['AV available', '14:00:00']);
  expect(byUnit['Harlow M1']!.slice(6)).toEqual(['2:31', '? 12:41']);
  expect(byUnit['Harlow M3']!.slice(6)).toEqual(['never heard', '? none']);
  expect(byUnit['Cedar M2']![2]).toBe('Cedar Fen, lent to Harlow');
});

test('open incidents and requests under way stand on it, and what is over does not', () => {
  expect(sheet(paper(), 'Open incidents').rows).toEqual([
    ['P1', '26-00001', 'Stroke', '7 Mill Lane', '1 ALS', ' WAITS', '13:55:00', '6:01'],
  ]);
  const { rows } = sheet(paper(), 'Requests');
  expect(rows).toHaveLength(1);
  expect(rows[0]!.slice(1)).toEqual([
    'Harlow M1',
    'Cedar Fen',
    'Harlow',
    'to be answered by 14:00:40',
    '13:59:40',
    '1:21',
  ]);
});

test('another unit that is offered says on paper that it is offered', () => {
  const requests = SOURCE.picture!.requests;
  const [id, row] = [...requests][0]!;
  const picture = {
    ...SOURCE.picture!,
    requests: new Map([[id, { ...row, offered_by_lender: true }]]),
  };
  const [shown] = sheet(paper({ picture }), 'Requests').rows;
  expect(shown).toContain('offered instead, to be answered by 14:00:40');
});

test('whom to telephone are the partners, with how they stood', () => {
  expect(sheet(paper(), 'Partners').rows).toEqual([
    ['Cedar Fen EMS', 'Cedar Fen', '555-0142', '2 of 5 free (amber)', ''],
  ]);
});

test('agreements in force are told with answer times and floors, those that ended are not', () => {
  const { title, rows } = sheet(paper(), 'Agreements in force');
  expect(title).toBe('Agreements in force, as read 14:00:00');
  expect(rows).toHaveLength(1);
  expect(rows[0]![3]).toContain('3.1 The assisting agency keeps at least 2');
  expect(rows[0]![3]).toContain('4.2 An answer is due within 60 seconds');
});

test('where a newer version waits for signatures the binding one is named, not told', () => {
  const renewed: AgreementInfo = { ...AGREEMENT, version: 4, in_force: 3, state: 'proposed' };
  const [row] = sheet(paper({ agreements: [renewed] }), 'Agreements in force').rows;
  expect(row!.slice(1, 2)).toEqual(['v3']);
  expect(row![3]).toBe('v4 is proposed: look up v3');
});

test('it says when it was made and how old its data are, and that it knows nothing since', () => {
  expect(paper().made).toContain('14:01:01 UTC by Ana');
  expect(paper().asOf).toContain('14:00:00 UTC, 1:01 old');
  expect(paper().asOf).not.toContain('NOT CONNECTED');
  expect(paper({ live: false }).asOf).toContain('NOT CONNECTED');
  expect(paper().notes).toEqual(['FICTIONAL region: not for real calls']);
});

test('before any data it names everybody’s telephone, and no table looks like "none"', () => {
  const empty = paper({ picture: null, agreements: null, live: false });
  expect(empty.asOf).toContain('NO DATA');
  expect(sheet(empty, 'Units').none).toBe('No data.');
  expect(sheet(empty, 'Partners').rows.map((row) => row[2])).toEqual(['555-0142', '555-0177']);
  expect(sheet(empty, 'Agreements').none).toBe('The agreements could not be read.');
});
