import { daysUntil, momentWords } from './moments';
import type { AgreementRow, AgreementState } from './types';

export interface StateWords {
  words: string;
  tone: 'quiet' | 'good' | 'caution';
}

/** From how many days on the list counts down to an end. */
const SOON_DAYS = 60;

const PLAIN: Record<AgreementState, StateWords> = {
  draft: { words: 'Draft', tone: 'quiet' },
  proposed: { words: 'Proposed', tone: 'caution' },
  rejected: { words: 'Rejected', tone: 'caution' },
  withdrawn: { words: 'Withdrawn', tone: 'quiet' },
  not_yet_effective: { words: 'Not yet in force', tone: 'caution' },
  active: { words: 'Active', tone: 'good' },
  suspended: { words: 'Suspended', tone: 'caution' },
  notice_given: { words: 'Notice given', tone: 'caution' },
  superseded: { words: 'Superseded', tone: 'quiet' },
  expired: { words: 'Expired', tone: 'quiet' },
  terminated: { words: 'Ended', tone: 'quiet' },
};

export function plainState(state: AgreementState): StateWords {
  return PLAIN[state] ?? { words: String(state).replaceAll('_', ' '), tone: 'quiet' };
}

const signedOf = (row: AgreementRow) =>
  `${row.parties.length - row.missing_signatures.length}/${row.parties.length}`;

/** The state in the list's words: "Signed 1/2", "Active · ends in 38 d". */
export function stateWords(row: AgreementRow, now: number): StateWords {
  const plain = plainState(row.state);
  if (row.state === 'proposed' && row.signatures.length > 0) {
    return { words: `Signed ${signedOf(row)}`, tone: 'caution' };
  }
  if (row.state === 'not_yet_effective') {
    return { words: `From ${momentWords(row.effective_from, row.time_zone)}`, tone: 'caution' };
  }
  const ends = row.ends_at;
  if (ends && ['active', 'notice_given', 'suspended'].includes(row.state)) {
    const days = daysUntil(ends, now);
    if (row.state !== 'active' || days <= SOON_DAYS) {
      const left = days ? `${days} d` : `${Math.max(0, hoursUntil(ends, now))} h`;
      return { words: `${plain.words} · ends in ${left}`, tone: 'caution' };
    }
  }
  return plain;
}

const hoursUntil = (moment: string, now: number) =>
  Math.floor((Date.parse(moment) - now) / 3_600_000);

export interface StepMark {
  words: string;
  state: 'done' | 'now' | 'ahead' | 'off';
}

const ENDINGS: AgreementState[] = [
  'suspended',
  'notice_given',
  'superseded',
  'expired',
  'terminated',
];

/** Draft → Proposed → Signed n/m → Active from …, and what ended it where something did. */
export function stepLine(row: AgreementRow): StepMark[] {
  const fallen = row.state === 'rejected' || row.state === 'withdrawn';
  const from = momentWords(row.effective_from, row.time_zone);
  const signed = `Signed ${signedOf(row)}`;
  const rank = fallen || row.state === 'proposed' ? 1 : row.state === 'draft' ? 0 : 3;
  const at = row.state === 'proposed' && row.signatures.length > 0 ? 2 : rank;
  const marks: StepMark[] = ['Draft', 'Proposed', signed, `Active from ${from}`].map(
    (words, i) => ({
      words,
      state: i < at ? 'done' : i === at ? 'now' : fallen ? 'off' : 'ahead',
    }),
  );
  if (row.state === 'not_yet_effective') marks[3]!.words = `Takes effect ${from}`;
  if (!fallen && !ENDINGS.includes(row.state)) return marks;
  for (const mark of marks) if (mark.state === 'now') mark.state = 'done';
  const until = row.state === 'notice_given' && row.ends_at ? row.ends_at : null;
  const words = plainState(row.state).words;
  marks.push({
    words: until ? `${words}, ends ${momentWords(until, row.time_zone)}` : words,
    state: 'now',
  });
  return marks;
}

/** Which version binds where it is not the newest: "v3 in force"; empty where that is the newest, or none. */
export function inForceWords(row: AgreementRow): string {
  const { in_force } = row;
  return in_force === null || in_force === row.version ? '' : `v${in_force} in force`;
}

/** What the reader should know before an edit begins; empty where the draft is simply one's own. */
export function editWarning(row: AgreementRow): string {
  if (row.state === 'draft') return '';
  const stays = row.in_force === null ? '' : ` Version ${row.in_force} stays in force until then.`;
  const next =
    `Saving makes version ${row.version + 1}, a draft that all parties must sign anew.` + stays;
  if (row.state !== 'proposed') return next;
  const count = row.signatures.length;
  const voided = count
    ? ` Its ${count === 1 ? 'signature becomes' : `${count} signatures become`} void.`
    : '';
  return `Version ${row.version} is proposed: it is withdrawn.${voided} ${next}`;
}

/** The version against which a text is read: what binds now, else the last one before it. */
export function comparedVersion(row: AgreementRow): number | null {
  const others = (row.versions ?? []).filter((v) => v.version !== row.version);
  const binds = others.find((v) => ['active', 'notice_given', 'suspended'].includes(v.state));
  const earlier = others.map((v) => v.version).filter((v) => v < row.version);
  return binds?.version ?? (earlier.length ? Math.max(...earlier) : null);
}
