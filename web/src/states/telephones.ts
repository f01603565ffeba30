import type { Telephone } from '../line/telephone';

export interface Call extends Telephone {
  id: string;
}

export interface Calls {
  /** Whom there is something of its own to say to, first; each other number without a sentence. */
  numbers: (Omit<Call, 'say'> & { say: string | null })[];
  /** What to say to all the others; null where there is nobody to call. */
  say: string | null;
}

/** Numbers with what to say first: a sentence that many numbers share is said once. */
export function shareSentence(calls: readonly Call[]): Calls {
  const counts = new Map<string, number>();
  for (const { say } of calls) counts.set(say, (counts.get(say) ?? 0) + 1);
  const shared = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  const numbers = calls.map((call) => ({ ...call, say: call.say === shared ? null : call.say }));
  return { numbers: numbers.sort((a, b) => Number(!a.say) - Number(!b.say)), say: shared };
}
