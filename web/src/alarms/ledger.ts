import { FRESH_MS } from '../picture/cards';
import { CLASSES, rankOfLevel, type AlarmCode, type Facts, type Level } from './classes';
import type { Condition, Target } from './conditions';

/** One alarm from its raising until it is gone. Times in ms since 1970 by the server's clock. */
export interface Alarm {
  id: string;
  key: string;
  code: AlarmCode;
  level: Level;
  facts: Facts;
  target: Target;
  raisedAt: number;
  acknowledgedAt: number | null;
  acknowledgedBy: string;
  /** When its cause went. */
  clearedAt: number | null;
  /** How often the cause came back within the class's damping time. */
  returns: number;
}

/**
 * The alarms of a console: those present, and those that went so recently that their cause may only be
 * flapping. Never changed in place.
 */
export interface Ledger {
  alarms: readonly Alarm[];
}

export const EMPTY: Ledger = { alarms: [] };

export interface Folded {
  ledger: Ledger;
  /** New alarms: these sound. */
  raised: Alarm[];
  /** New alarms and those that came back or went: these are written down. */
  changed: Alarm[];
}

/**
 * The ledger after what is so now. The same conditions again change nothing, so that repeated frames and
 * resyncs raise nothing; while the picture is old (`known` false) nothing is taken for gone.
 */
export function fold(
  ledger: Ledger,
  now: number,
  { conditions, known }: { conditions: readonly Condition[]; known: boolean },
): Folded {
  const wanted = new Map(conditions.map((found) => [found.key, found]));
  const alarms: Alarm[] = [];
  const changed: Alarm[] = [];
  for (const alarm of ledger.alarms) {
    const next = goOn(alarm, wanted.get(alarm.key), now, known);
    if (next !== alarm && (next.clearedAt !== alarm.clearedAt || next.returns !== alarm.returns)) {
      changed.push(next);
    }
    if (next.clearedAt !== null && !isDamped(next, now)) continue;
    wanted.delete(next.key);
    alarms.push(next);
  }
  const raised = [...wanted.values()]
    .filter((found) => found.raises)
    .map((found) => raise(found, now));
  if (!raised.length && !changed.length && same(alarms, ledger.alarms)) {
    return { ledger, raised, changed };
  }
  return { ledger: { alarms: [...alarms, ...raised] }, raised, changed: [...changed, ...raised] };
}

const same = (a: readonly Alarm[], b: readonly Alarm[]) =>
  a.length === b.length && a.every((alarm, place) => alarm === b[place]);

function goOn(alarm: Alarm, found: Condition | undefined, now: number, known: boolean): Alarm {
  if (alarm.clearedAt !== null) {
    if (!found?.raises || !isDamped(alarm, now)) return alarm;
    return { ...alarm, clearedAt: null, returns: alarm.returns + 1, facts: found.facts };
  }
  if (!found) return known || isOwnWord(alarm) ? { ...alarm, clearedAt: now } : alarm;
  return sameFacts(alarm, found) ? alarm : { ...alarm, facts: found.facts, target: found.target };
}

/** Of an old picture only one thing is known: whether the server is still lost. */
const isOwnWord = (alarm: Alarm) => alarm.code === 'server_lost';

const isDamped = (alarm: Alarm, now: number) =>
  alarm.clearedAt !== null && now - alarm.clearedAt < CLASSES[alarm.code].dampSeconds * 1000;

const sameFacts = (alarm: Alarm, found: Condition) =>
  JSON.stringify([alarm.facts, alarm.target]) === JSON.stringify([found.facts, found.target]);

function raise({ key, code, facts, target }: Condition, now: number): Alarm {
  return {
    id: `${key}@${now}`,
    key,
    code,
    level: CLASSES[code].level,
    facts,
    target,
    raisedAt: now,
    acknowledgedAt: null,
    acknowledgedBy: '',
    clearedAt: null,
    returns: 0,
  };
}

export const isPresent = (alarm: Alarm) => alarm.clearedAt === null;
export const isUnacknowledged = (alarm: Alarm) => isPresent(alarm) && alarm.acknowledgedAt === null;

/** What is present: unacknowledged before acknowledged, louder before quieter, older before newer. */
export function listPresent(ledger: Ledger): Alarm[] {
  return ledger.alarms
    .filter(isPresent)
    .sort(
      (a, b) =>
        Number(a.acknowledgedAt !== null) - Number(b.acknowledgedAt !== null) ||
        rankOfLevel(a.level) - rankOfLevel(b.level) ||
        a.raisedAt - b.raisedAt ||
        a.id.localeCompare(b.id),
    );
}

/**
 * The one that the next acknowledgement is for: the oldest of the loudest. An agreement that ends in four
 * weeks must not stand before a request that is sounding.
 */
export function findOldest(ledger: Ledger): Alarm | null {
  return listPresent(ledger).find(isUnacknowledged) ?? null;
}

/** What a hand can have seen when it acts: an alarm of the last moment is not what was meant. */
export function findSeen(ledger: Ledger, now: number): Alarm | null {
  const seen = (alarm: Alarm) => now - alarm.raisedAt >= FRESH_MS;
  return listPresent(ledger).find((alarm) => isUnacknowledged(alarm) && seen(alarm)) ?? null;
}

/** The ledger after somebody said "seen" about one cause. Of one that is gone or seen already nothing changes. */
export function acknowledge(ledger: Ledger, key: string, now: number, by: string): Folded {
  const changed: Alarm[] = [];
  const alarms = ledger.alarms.map((alarm) => {
    if (alarm.key !== key || !isUnacknowledged(alarm)) return alarm;
    const seen = { ...alarm, acknowledgedAt: now, acknowledgedBy: by };
    changed.push(seen);
    return seen;
  });
  return { ledger: changed.length ? { alarms } : ledger, raised: [], changed };
}
