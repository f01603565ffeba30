import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CLASSES, type AlarmCode } from '../../src/alarms/classes';
import { condition, type Condition } from '../../src/alarms/conditions';
import {
  acknowledge,
  EMPTY,
  findOldest,
  findSeen,
  fold,
  isUnacknowledged,
  listPresent,
  type Ledger,
} from '../../src/alarms/ledger';

const be = (code: AlarmCode, cause = 'x', raises = true): Condition =>
  condition(code, cause, { kind: 'server', id: '' }, {}, raises);
const know = (...conditions: Condition[]) => ({ conditions, known: true });
const unknown = (...conditions: Condition[]) => ({ conditions, known: false });
const after = (ledger: Ledger, now: number, present = know()) => fold(ledger, now, present).ledger;
const ANSWER = be('request_to_answer');
const FEED = be('feed_stale');
const S = 1000;

test('an alarm is raised once, seen once, and goes with its cause', () => {
  const raised = fold(EMPTY, 5 * S, know(ANSWER));
  expect(raised.raised).toHaveLength(1);
  const seen = acknowledge(raised.ledger, ANSWER.key, 9 * S, 'dana');
  expect(listPresent(seen.ledger)[0]).toMatchObject({
    raisedAt: 5 * S,
    acknowledgedAt: 9 * S,
    acknowledgedBy: 'dana',
    clearedAt: null,
  });
  const gone = fold(seen.ledger, 12 * S, know());
  expect(gone.changed[0]).toMatchObject({ acknowledgedAt: 9 * S, clearedAt: 12 * S });
  expect(gone.ledger.alarms).toEqual([]);
});

test('an alarm whose cause goes before anybody has seen it goes unacknowledged', () => {
  const gone = fold(after(EMPTY, 0, know(ANSWER)), 3 * S, know());
  expect(gone.changed[0]).toMatchObject({ acknowledgedAt: null, clearedAt: 3 * S });
  expect(findOldest(gone.ledger)).toBeNull();
});

test('the same frame again changes nothing, not even the ledger itself', () => {
  const ledger = after(EMPTY, 0, know(ANSWER, FEED));
  const again = fold(ledger, 1 * S, know(ANSWER, FEED));
  expect(again).toEqual({ ledger, raised: [], changed: [] });
  expect(again.ledger).toBe(ledger);
});

test('a gap and a resync raise nothing again and keep what was seen', () => {
  let ledger = acknowledge(after(EMPTY, 0, know(ANSWER)), ANSWER.key, 1 * S, 'dana').ledger;
  ledger = after(ledger, 20 * S, unknown());
  const back = fold(ledger, 60 * S, know(ANSWER));
  expect(back.raised).toEqual([]);
  expect(listPresent(back.ledger)[0]!.acknowledgedAt).toBe(1 * S);
});

test('what went during a gap goes when the picture is current again', () => {
  const ledger = after(after(EMPTY, 0, know(ANSWER)), 20 * S, unknown());
  expect(listPresent(ledger)).toHaveLength(1);
  expect(listPresent(after(ledger, 30 * S))).toEqual([]);
});

test('that the server is lost is known without it', () => {
  const lost = be('server_lost');
  const ledger = after(EMPTY, 0, unknown(lost));
  expect(listPresent(after(ledger, 1 * S, unknown()))).toEqual([]);
});

test('a cause that flaps is one alarm and keeps its acknowledgement', () => {
  const damp = CLASSES.feed_stale.dampSeconds;
  let ledger = acknowledge(after(EMPTY, 0, know(FEED)), FEED.key, 1 * S, 'dana').ledger;
  ledger = after(ledger, 10 * S);
  expect(listPresent(ledger)).toEqual([]);
  const back = fold(ledger, (9 + damp) * S, know(FEED));
  expect(back.raised).toEqual([]);
  expect(back.changed[0]).toMatchObject({ returns: 1, clearedAt: null, acknowledgedAt: 1 * S });
});

test('a cause that comes back later than that is a new alarm', () => {
  const damp = CLASSES.feed_stale.dampSeconds;
  const ledger = after(after(EMPTY, 0, know(FEED)), 10 * S);
  expect(fold(ledger, (10 + damp) * S, know(FEED)).raised).toHaveLength(1);
});

test('a flap that nobody had seen sounds on when it comes back', () => {
  const ledger = after(after(EMPTY, 0, know(FEED)), 10 * S);
  expect(listPresent(after(ledger, 11 * S, know(FEED))).every(isUnacknowledged)).toBe(true);
});

test('what only keeps an alarm raises none, and brings none back', () => {
  const [red, settling] = [be('cover_red'), be('cover_red', 'x', false)];
  expect(fold(EMPTY, 0, know(settling)).raised).toEqual([]);
  const ledger = after(EMPTY, 0, know(red));
  expect(listPresent(after(ledger, 1 * S, know(settling)))).toHaveLength(1);
  const gone = after(ledger, 1 * S);
  expect(listPresent(after(gone, 2 * S, know(settling)))).toEqual([]);
});

test('the next acknowledgement is for the oldest of the loudest', () => {
  let ledger = after(EMPTY, 0, know(be('agreement_ends')));
  ledger = after(ledger, 1 * S, know(be('agreement_ends'), FEED));
  const later = know(be('agreement_ends'), FEED, be('p1_waiting', 'a'));
  ledger = after(ledger, 2 * S, later);
  ledger = after(ledger, 3 * S, know(...later.conditions, be('p1_waiting', 'b')));
  const order: string[] = [];
  for (let next = findOldest(ledger); next; next = findOldest(ledger)) {
    order.push(next.key);
    ledger = acknowledge(ledger, next.key, 9 * S, 'dana').ledger;
  }
  expect(order).toEqual(['p1_waiting:a', 'p1_waiting:b', 'feed_stale:x', 'agreement_ends:x']);
});

test('acknowledging twice, or what is gone, changes nothing', () => {
  const ledger = acknowledge(after(EMPTY, 0, know(ANSWER)), ANSWER.key, 1, 'dana').ledger;
  expect(acknowledge(ledger, ANSWER.key, 2, 'sam')).toEqual({ ledger, raised: [], changed: [] });
  expect(acknowledge(ledger, 'other', 2, 'sam').ledger).toBe(ledger);
});

test('whatever comes and goes: one present alarm per cause, none before its cause, and each change is told', () => {
  const causes = [ANSWER, FEED, be('cover_red'), be('p1_waiting'), be('server_lost')];
  const step = fc.record({
    seconds: fc.integer({ min: 1, max: 200 }),
    present: fc.subarray(causes),
    known: fc.boolean(),
    seen: fc.option(fc.constantFrom(...causes)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let [ledger, now] = [EMPTY, 0];
      for (const { seconds, present, known, seen } of steps) {
        now += seconds * S;
        const folded = fold(ledger, now, { conditions: present, known });
        ledger = folded.ledger;
        const keys = listPresent(ledger).map((alarm) => alarm.key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { key } of present) expect(keys).toContain(key);
        if (known) expect(keys).toHaveLength(present.length);
        expect(fold(ledger, now, { conditions: present, known }).changed).toEqual([]);
        if (seen) ledger = acknowledge(ledger, seen.key, now, 'dana').ledger;
      }
    }),
  );
});

test('an alarm of the last moment is not the one that a hand means', () => {
  const { ledger } = fold(EMPTY, 10_000, {
    conditions: [condition('request_to_answer', 'r1', { kind: 'request', id: 'r1' })],
    known: true,
  });
  expect(findOldest(ledger)).not.toBeNull();
  expect(findSeen(ledger, 10_000 + 499)).toBeNull();
  expect(findSeen(ledger, 10_000 + 500)?.code).toBe('request_to_answer');
});
