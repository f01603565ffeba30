/** Rows about what parties say around a request, exactly as the server sends them. */

export type DutyCode =
  | 'written_confirmation'
  | 'duration_over'
  | 'handover'
  | 'free_hours_over'
  | 'recall'
  | 'stand_down';

/** What a loan asks of the two parties, and how near that is. */
export interface Duty {
  code: DutyCode;
  due_at: string;
  state: 'upcoming' | 'due' | 'overdue';
  /** Why, where the code does not say it all. */
  sentence?: string;
}

/** A party that lends nothing for a while; without `ends_at` until it opens again. */
export interface ClosureRow {
  id: string;
  jurisdiction: string;
  reason: string;
  by: string;
  begins_at: string;
  ends_at: string | null;
}

/** One clause that is asked to rest, or rests, for one unit on one incident. */
export interface WaiverRow {
  id: string;
  agreement: string;
  /** The agreement's version. */
  version: number;
  clause: string;
  sentence: string;
  lender: string;
  borrower: string;
  incident: string;
  incident_number: string;
  unit: string;
  state: 'asked' | 'granted' | 'refused' | 'used' | 'expired';
  asked_by: string;
  asked_at: string;
  note: string;
  expires_at: string;
  answered_by: string;
  answered_at: string | null;
  reason: string;
  used_by: string | null;
}
