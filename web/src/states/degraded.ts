import type { Affected } from '../wire/health';

const WORDS: Record<Affected, string> = {
  commands: 'commands',
  arrivals: 'arrival times (≈)',
  requests: 'requests',
  units: 'unit positions and feed states',
  board: 'what this board shows',
  cover: 'cover',
  orders: 'orders for many units',
  opinions: 'second opinions',
};

/** What to doubt: "Doubt arrival times (≈) and cover." */
export function affectedWords(affects: readonly Affected[]): string {
  const words = affects.map((one) => WORDS[one]);
  const last = words.pop();
  if (!last) return '';
  return `Doubt ${words.length ? `${words.join(', ')} and ` : ''}${last}.`;
}
