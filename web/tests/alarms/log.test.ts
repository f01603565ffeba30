import { expect, test } from 'vitest';
import { EMPTY, fold, type Alarm } from '../../src/alarms/ledger';
import {
  keep,
  KEEP_MS,
  KEEP_ROWS,
  rowOf,
  secondsToAcknowledge,
  toCsv,
  type LogRow,
} from '../../src/alarms/log';
import { AlarmStore } from '../../src/alarms/store';
import { condition } from '../../src/alarms/conditions';
import { T0 } from '../make';

const row = (fields: Partial<LogRow> = {}): LogRow => ({
  id: 'a',
  code: 'p1_waiting',
  level: 'high',
  sentence: 'P1 #1 waits without a unit',
  raisedAt: T0,
  acknowledgedAt: null,
  acknowledgedBy: '',
  clearedAt: null,
  returns: 0,
  person: 'dana',
  jurisdiction: 'harlow',
  ...fields,
});

class Shelf {
  items = new Map<string, string>();
  room = Infinity;
  getItem = (key: string) => this.items.get(key) ?? null;
  removeItem = (key: string) => void this.items.delete(key);
  setItem = (key: string, value: string) => {
    if (value.length > this.room) throw new Error('QuotaExceededError');
    this.items.set(key, value);
  };
}

const found = condition(
  'p1_waiting',
  'i1:0',
  { kind: 'incident', id: 'i1' },
  { number: '26-000001' },
);
const ledger = fold(EMPTY, T0, { conditions: [found], known: true }).ledger;
const [alarm] = ledger.alarms as [Alarm];
const names = { place: (id: string) => id, unit: (id: string) => id };

test('a row keeps the sentence as it was said and who sat there, whatever is called what later', () => {
  const first = rowOf(alarm, names, { person: 'dana', jurisdiction: 'harlow' });
  const later = { ...first, sentence: 'other', person: 'sam', acknowledgedAt: T0 + 4200 };
  const [kept] = keep([first], [later], T0 + 5000);
  expect(kept).toMatchObject({ sentence: 'P1 #1 waits without a unit', person: 'dana' });
  expect(secondsToAcknowledge(kept!)).toBe(4.2);
  expect(secondsToAcknowledge(first)).toBeNull();
});

test('the log is kept for fourteen days and five thousand rows, oldest first', () => {
  const old = row({ id: 'old', raisedAt: T0 - KEEP_MS });
  const many = Array.from({ length: KEEP_ROWS + 3 }, (_, place) =>
    row({ id: String(place), raisedAt: T0 - place }),
  );
  const kept = keep([old], many, T0);
  expect(kept).toHaveLength(KEEP_ROWS);
  expect(kept.at(-1)!.raisedAt).toBe(T0);
  expect(kept.some((each) => each.id === 'old')).toBe(false);
});

test('the file is RFC 4180 with times in UTC and no cell that a spreadsheet would compute', () => {
  const file = toCsv([
    row({ sentence: '=SUM("a"), b', acknowledgedAt: T0 + 1500, acknowledgedBy: '@dana' }),
  ]);
  const [head, line, end] = file.split('\r\n');
  expect(head).toMatch(/^raised_at,level,code,alarm,response,acknowledged_at/);
  expect(line).toBe(
    `2026-11-23T14:00:00.000Z,high,p1_waiting,"'=SUM(""a""), b",Send a unit,` +
      `2026-11-23T14:00:01.500Z,'@dana,1.5,,0,dana,harlow`,
  );
  expect(end).toBe('');
});

test('a reload finds the alarms as they were, and another seat finds none', () => {
  const shelf = new Shelf();
  const kept = { ledger, loans: {} };
  new AlarmStore(shelf, 'harlow.dispatcher').save(kept);
  expect(new AlarmStore(shelf, 'harlow.dispatcher').load()).toEqual(kept);
  expect(new AlarmStore(shelf, 'cedar.dispatcher').load().ledger).toBe(EMPTY);
});

test('rows of one alarm are one row, over a reload too', () => {
  const shelf = new Shelf();
  new AlarmStore(shelf, 'x').add([row()], T0);
  new AlarmStore(shelf, 'y').add([row({ clearedAt: T0 + 9 }), row({ id: 'b' })], T0);
  const log = new AlarmStore(shelf, 'z').log();
  expect(log.map((each) => [each.id, each.clearedAt])).toEqual([
    ['a', T0 + 9],
    ['b', null],
  ]);
});

test('what cannot be read is as if it had never been', () => {
  const shelf = new Shelf();
  for (const text of ['{', '[]', '{"version":0}', '{"version":1,"alarms":[1,{}],"rows":[{}]}']) {
    for (const key of ['board.alarms.log', 'board.alarms.x']) shelf.setItem(key, text);
    const store = new AlarmStore(shelf, 'x');
    expect(store.load().ledger).toBe(EMPTY);
    expect(store.log()).toEqual([]);
  }
});

test('a full disk keeps the newer half, and one without room keeps nothing and breaks nothing', () => {
  const shelf = new Shelf();
  const store = new AlarmStore(shelf, 'x');
  const many = Array.from({ length: 20 }, (_, place) =>
    row({ id: `${place}`, raisedAt: T0 + place }),
  );
  shelf.room = JSON.stringify(many).length - 100;
  expect(store.add(many, T0 + 99).map((each) => each.raisedAt - T0)).toEqual([
    10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
  ]);
  expect(store.log()).toHaveLength(10);
  shelf.room = 10;
  store.save({ ledger, loans: {} });
  expect(store.add([row()], T0)).toEqual([]);
});
