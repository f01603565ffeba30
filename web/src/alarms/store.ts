import { CLASSES } from './classes';
import { EMPTY, type Alarm, type Ledger } from './ledger';
import { keep, type LogRow } from './log';
import type { LoanMemory } from './loans';

/** What a console keeps over a reload: the alarms that are there, and what rows alone do not tell. */
export interface Kept {
  ledger: Ledger;
  loans: LoanMemory;
}

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const VERSION = 1;
const LOG_KEY = 'board.alarms.log';
const keptKey = (seat: string) => `board.alarms.${seat}`;

/**
 * This computer's record of its alarms. Whatever lies there may be from another version, or cut off: what
 * cannot be read is as if it had never been, and what cannot be written is not kept. Nothing here throws.
 */
export class AlarmStore {
  constructor(
    private readonly shelf: Shelf,
    /** Alarms belong to a jurisdiction and role; whoever signs in for others starts with none. */
    private readonly seat: string,
  ) {}

  load(): Kept {
    const found = this.read(keptKey(this.seat));
    const alarms = Array.isArray(found?.['alarms']) ? found['alarms'].filter(isAlarm) : [];
    const loans = isObject(found?.['loans']) ? (found['loans'] as LoanMemory) : {};
    return { ledger: alarms.length ? { alarms } : EMPTY, loans };
  }

  save({ ledger, loans }: Kept): void {
    this.write(keptKey(this.seat), { alarms: ledger.alarms, loans });
  }

  log(): LogRow[] {
    const found = this.read(LOG_KEY);
    return Array.isArray(found?.['rows']) ? found['rows'].filter(isRow) : [];
  }

  /** Answers the log as it stands now. A full disk keeps the newer half. */
  add(rows: readonly LogRow[], now: number): LogRow[] {
    const log = keep(this.log(), rows, now);
    if (this.write(LOG_KEY, { rows: log })) return log;
    this.shelf.removeItem(LOG_KEY);
    this.write(LOG_KEY, { rows: log.slice(Math.ceil(log.length / 2)) });
    return this.log();
  }

  private read(key: string): Record<string, unknown> | null {
    try {
      const found: unknown = JSON.parse(this.shelf.getItem(key) ?? 'null');
      return isObject(found) && found['version'] === VERSION ? found : null;
    } catch {
      return null;
    }
  }

  private write(key: string, value: object): boolean {
    try {
      this.shelf.setItem(key, JSON.stringify({ version: VERSION, ...value }));
      return true;
    } catch {
      return false;
    }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAlarm = (value: unknown): value is Alarm =>
  isObject(value) &&
  typeof value['key'] === 'string' &&
  typeof value['raisedAt'] === 'number' &&
  isObject(value['facts']) &&
  isObject(value['target']) &&
  String(value['code']) in CLASSES;

const isRow = (value: unknown): value is LogRow =>
  isObject(value) &&
  typeof value['id'] === 'string' &&
  typeof value['raisedAt'] === 'number' &&
  typeof value['sentence'] === 'string' &&
  String(value['code']) in CLASSES;
