import type { Clause, Priority, UnitType } from '../wire/types';
import { codeName, PRIORITIES } from '../words/names';
import { UNIT_TYPES } from '../words/statuses';

export interface ClauseWords {
  term: string;
  says: string;
}

/** A clause in plain words. A kind that this board does not know is shown by its terms, never hidden. */
export function clauseWords(clause: Clause, nameOf: (jurisdiction: string) => string): ClauseWords {
  const { term, says } = inOurWords(clause, nameOf);
  const given = clause['sentence'];
  // The server's sentence goes before ours; words that the parties wrote are shown in full.
  if (typeof given !== 'string' || clause.type === 'text') return { term, says };
  const own = clause['text'];
  return { term, says: typeof own === 'string' && own ? `${given}. ${own}` : given };
}

function inOurWords(clause: Clause, nameOf: (jurisdiction: string) => string): ClauseWords {
  const lender = clause['lender'] ? nameOf(String(clause['lender'])) : 'The assisting agency';
  switch (clause.type) {
    case 'unit_types':
      return { term: 'Unit types', says: `May be lent: ${list(clause['allow'], typeName)}` };
    case 'priorities':
      return { term: 'Priorities', says: `Only for: ${list(clause['allow'], priorityName)}` };
    case 'reserve_floor':
      return {
        term: 'Reserve floor',
        says: `${lender} keeps at least ${clause['keep']} (${list(clause['unit_types'], typeName) || 'all types'})`,
      };
    case 'concurrent_cap':
      return { term: 'Cap', says: `At most ${clause['at_most']} units of one lender out at once` };
    case 'discretion':
      return {
        term: 'Discretion',
        says: clause['lender_may_decline']
          ? 'The assisting agency may decline'
          : 'The assisting agency may not decline',
      };
    case 'answer_time':
      return { term: 'Answer time', says: `An answer is due within ${clause['seconds']} seconds` };
    case 'text':
      return { term: String(clause['title'] ?? 'Text'), says: String(clause['text'] ?? '') };
    default:
      return { term: codeName(clause.type), says: rest(clause) };
  }
}

function list(value: unknown, name: (item: string) => string): string {
  return Array.isArray(value) ? value.map((item) => name(String(item))).join(', ') : '';
}

const typeName = (type: string) => UNIT_TYPES[type as UnitType]?.name ?? codeName(type);
const priorityName = (id: string) =>
  PRIORITIES.find((p) => p.id === (id as Priority))?.name ?? codeName(id);

function rest(clause: Clause): string {
  return Object.entries(clause)
    .filter(([key]) => !['id', 'type', 'sentence'].includes(key))
    .map(
      ([key, value]) =>
        `${codeName(key)}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join('; ');
}
