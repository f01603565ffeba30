import type { Capability, CoverLevel, PreAlertRow } from '../wire/cover';
import type { AgreementInfo, CoverReason, CoverRow, CoverState } from '../wire/types';
import { plural } from './format';
import { coverSentence } from './reasons';

const SEVERITY: Record<CoverState, number> = { green: 0, amber: 1, red: 2 };

export const STATE_WORDS: Record<CoverState, { name: string; mark: string }> = {
  green: { name: 'covered', mark: '●' },
  amber: { name: 'runs low', mark: '▼' },
  red: { name: 'overwhelmed', mark: '!' },
};

const COUNTED: Record<Capability, string> = { any: 'ambulance', als: 'ALS ambulance' };
export const CAPABILITIES: { id: Capability; name: string }[] = [
  { id: 'any', name: 'Any ambulance' },
  { id: 'als', name: 'ALS' },
];

export interface CoverSaid {
  state: CoverState;
  headline: string;
  /** Sentences without their full stops. */
  reasons: string[];
}

/** How a jurisdiction stands, by the worse of its capabilities: a free BLS ambulance does not hide that no ALS is free. */
export function coverSaid(cover: CoverRow, name: string): CoverSaid {
  const als = cover.levels?.als;
  const isAls = als !== undefined && SEVERITY[als.state] > SEVERITY[cover.state];
  const level = isAls ? als : cover;
  const lent = level.lent ? `, of these ${level.lent} lent` : '';
  const free = `${level.free} of ${plural(level.total, COUNTED[isAls ? 'als' : 'any'])} free${lent}`;
  const calls = level.pending ? `, ${plural(level.pending, 'call')} waiting` : '';
  const { override } = cover;
  return {
    state: level.state,
    headline: override
      ? `${name} is ${override.state} by hand: ${free}${calls}`
      : headline(level, `${name}${isAls ? "'s ALS" : ''}`, free, calls),
    reasons: measured(level.reasons),
  };
}

function headline(
  level: Pick<CoverLevel, 'state' | 'free'>,
  who: string,
  free: string,
  calls: string,
) {
  if (level.state === 'green') return `${who} is covered: ${free}${calls}`;
  if (level.state === 'amber') return `${who} runs low: ${free}${calls}`;
  return level.free === 0
    ? `${who} is overwhelmed: level zero (${free})${calls}`
    : `${who} is overwhelmed: ${free}${calls}`;
}

/** What was measured, in sentences; what was set by hand is said by itself, with local times. */
export const measured = (reasons: readonly CoverReason[]): string[] =>
  reasons
    .filter((reason) => reason.code !== 'overridden')
    .map((reason) => coverSentence(reason).replace(/\.$/, ''));

/** Those with whom an agreement in force is shared, in either direction. */
export function partnersOf(agreements: readonly AgreementInfo[], home: string | null): string[] {
  const found = agreements
    .filter((row) => row.parties.includes(home ?? '') && (!row.state || IN_FORCE.has(row.state)))
    .flatMap((row) => row.parties);
  return [...new Set(found)].filter((party) => party !== home).sort();
}

const IN_FORCE = new Set(['active', 'notice_given']);

/** Whom a pre-alert reached: who has seen it, and who has not said so. */
export function seenBy(alert: PreAlertRow): { seen: string[]; waiting: string[] } {
  const seen = new Set(alert.acknowledged);
  return { seen: [...seen], waiting: alert.to.filter((partner) => !seen.has(partner)) };
}

/** Of a partner's pre-alerts those that nobody here has said to have seen. */
export const toSee = (alerts: readonly PreAlertRow[], home: string | null): PreAlertRow[] =>
  alerts.filter((row) => row.jurisdiction !== home && !row.acknowledged.includes(home ?? ''));

/** Of a partner's own: what neighbours lent it is not its to lend on. */
const toLend = (row: CoverRow) => row.free - (row.lent ?? 0);

/** So many partners are suggested: those that could help soonest, who have something free. */
export const worthTelling = (covers: readonly CoverRow[]): string[] =>
  covers
    .filter((row) => row.state !== 'red' && toLend(row) > 0)
    .sort((a, b) => toLend(b) - toLend(a) || a.jurisdiction.localeCompare(b.jurisdiction))
    .map((row) => row.jurisdiction);
