import type { AlarmCode, Facts } from './classes';

/** What a response leads to. */
export type TargetKind =
  'request' | 'incident' | 'unit' | 'loans' | 'feed' | 'agreement' | 'cover' | 'server';

export interface Target {
  kind: TargetKind;
  id: string;
}

/** Something that is so now. One cause has one key, however many rows show it. */
export interface Condition {
  key: string;
  code: AlarmCode;
  facts: Facts;
  target: Target;
  /** False: it keeps an alarm that is there, and raises none (a value on its way back to calm). */
  raises: boolean;
}

export const condition = (
  code: AlarmCode,
  cause: string,
  target: Target,
  facts: Facts = {},
  raises = true,
): Condition => ({ key: `${code}:${cause}`, code, target, facts, raises });
