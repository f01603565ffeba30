import { CLASSES, type AlarmCode, type Level, type Names } from './classes';
import type { Alarm } from './ledger';

/** One alarm as it is kept: its sentence as it was said, whatever units are called later. */
export interface LogRow {
  id: string;
  code: AlarmCode;
  level: Level;
  sentence: string;
  raisedAt: number;
  acknowledgedAt: number | null;
  acknowledgedBy: string;
  clearedAt: number | null;
  returns: number;
  /** Who sat at the console when it was raised. */
  person: string;
  jurisdiction: string;
}

/** An audit looks back over two pay weeks; at one alarm in ten minutes these are 2,016 rows. */
export const KEEP_MS = 14 * 86_400_000;
export const KEEP_ROWS = 5000;

export interface Seat {
  person: string;
  jurisdiction: string;
}

export function rowOf(alarm: Alarm, names: Names, seat: Seat): LogRow {
  const { id, code, level, raisedAt, acknowledgedAt, acknowledgedBy, clearedAt, returns } = alarm;
  const sentence = CLASSES[code].sentence(alarm.facts, names);
  return {
    ...{ id, code, level, sentence, raisedAt, acknowledgedAt, acknowledgedBy, clearedAt, returns },
    ...seat,
  };
}

/** The log with these rows in it, oldest first, without what is too old or too much. The first sentence stands. */
export function keep(log: readonly LogRow[], rows: readonly LogRow[], now: number): LogRow[] {
  const byId = new Map(log.map((row) => [row.id, row]));
  for (const row of rows) {
    const { sentence, person, jurisdiction } = byId.get(row.id) ?? row;
    byId.set(row.id, { ...row, sentence, person, jurisdiction });
  }
  return [...byId.values()]
    .filter((row) => now - row.raisedAt < KEEP_MS)
    .sort((a, b) => a.raisedAt - b.raisedAt || (a.id < b.id ? -1 : 1))
    .slice(-KEEP_ROWS);
}

/** Seconds from the raising until somebody said "seen", to a tenth. */
export const secondsToAcknowledge = (row: LogRow): number | null =>
  row.acknowledgedAt === null ? null : Math.round((row.acknowledgedAt - row.raisedAt) / 100) / 10;

const COLUMNS: [string, (row: LogRow) => string | number | null][] = [
  ['raised_at', (row) => iso(row.raisedAt)],
  ['level', (row) => row.level],
  ['code', (row) => row.code],
  ['alarm', (row) => row.sentence],
  ['response', (row) => CLASSES[row.code]?.response ?? ''],
  ['acknowledged_at', (row) => iso(row.acknowledgedAt)],
  ['acknowledged_by', (row) => row.acknowledgedBy],
  ['seconds_to_acknowledge', secondsToAcknowledge],
  ['cleared_at', (row) => iso(row.clearedAt)],
  ['returns', (row) => row.returns],
  ['person', (row) => row.person],
  ['jurisdiction', (row) => row.jurisdiction],
];

const iso = (ms: number | null) => (ms === null ? '' : new Date(ms).toISOString());

/** RFC 4180: UTF-8, CRLF, times in UTC. A cell that a spreadsheet would compute starts with an apostrophe. */
export function toCsv(log: readonly LogRow[]): string {
  const lines = log.map((row) => COLUMNS.map(([, value]) => cell(value(row))).join(','));
  return [COLUMNS.map(([name]) => name).join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
