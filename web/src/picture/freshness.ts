import type { Freshness } from '../wire/types';

/** Limits in seconds after the fix's own time; the same defaults as the server's. */
export const FRESH_S = 30;
export const AGEING_S = 120;
export const STALE_S = 600;

export function ageSeconds(at: number | null | undefined, now: number): number | null {
  return at === null || at === undefined ? null : Math.max(0, Math.floor((now - at) / 1000));
}

export function freshnessOf(age: number | null): Freshness {
  if (age === null || age > STALE_S) return 'lost';
  if (age > AGEING_S) return 'stale';
  return age > FRESH_S ? 'ageing' : 'fresh';
}

/** Whether a dispatcher must doubt the position: shown hollow, italic and with a question mark. */
export function isDoubtful(age: number | null): boolean {
  const freshness = freshnessOf(age);
  return freshness === 'stale' || freshness === 'lost';
}
