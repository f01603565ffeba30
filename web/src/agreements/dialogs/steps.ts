import { momentWords } from '../moments';
import type { AgreementsApi } from '../api';
import type { AgreementRow, ClauseDoc } from '../types';
import type { DialogName } from '../desk.svelte';

/** A step of an agreement's life that needs a word, or only a yes. */
export interface StepDialogInfo {
  title: string;
  says: (row: AgreementRow, now: number) => string;
  /** Whether a reason must be given. */
  reason: boolean;
  /** Whether an end may be given. */
  until?: boolean;
  confirm: string;
  danger?: boolean;
  done: string;
  run: (
    api: AgreementsApi,
    row: AgreementRow,
    given: { reason: string; until: string | null },
  ) => Promise<unknown>;
}

const MS_PER_DAY = 86_400_000;

/** The days of notice that the text itself demands; null where it has no such clause. */
export function noticeDays(clauses: readonly ClauseDoc[]): number | null {
  const days = clauses.find((clause) => clause.type === 'termination')?.['notice_days'];
  return typeof days === 'number' ? days : null;
}

/** When a notice given now would end the agreement, in words. */
export function noticeWords(row: AgreementRow, now: number): string {
  const days = noticeDays(row.clauses);
  if (days === null) {
    return 'The agreement has no notice clause: the server says when the notice ends it.';
  }
  const ends = momentWords(new Date(now + days * MS_PER_DAY).toISOString(), row.time_zone);
  return `The agreement asks for ${days} days’ notice: it ends on ${ends} for your party. Aid under way finishes.`;
}

export const STEP_DIALOGS: Partial<Record<DialogName, StepDialogInfo>> = {
  propose: {
    title: 'Propose',
    says: (row) =>
      `Version ${row.version} goes to ${row.parties.length} parties for signature. Its text is fixed from now on: any change makes a new version.`,
    reason: false,
    confirm: 'Propose',
    done: 'Proposed to all parties',
    run: (api, row) => api.propose(row.id, row.version, row.revision),
  },
  reject: {
    title: 'Reject',
    says: (row) =>
      `Version ${row.version} comes to nothing; signatures given to it are void. The other parties read your reason.`,
    reason: true,
    confirm: 'Reject',
    danger: true,
    done: 'Rejected',
    run: (api, row, { reason }) => api.reject(row.id, row.version, reason),
  },
  withdraw: {
    title: 'Withdraw the proposal',
    says: (row) =>
      `Nobody can sign version ${row.version} any more; every signature given to it is void, your own too.`,
    reason: true,
    confirm: 'Withdraw',
    danger: true,
    done: 'Withdrawn',
    run: (api, row, { reason }) => api.withdraw(row.id, row.version, reason),
  },
  suspend: {
    title: 'Suspend',
    says: () => 'From now on no aid is lent under this agreement. Aid under way finishes.',
    reason: true,
    until: true,
    confirm: 'Suspend now',
    danger: true,
    done: 'Suspended',
    run: (api, row, { reason, until }) => api.suspend(row.id, reason, until),
  },
  resume: {
    title: 'Resume',
    says: () => 'Aid may be lent under this agreement again from now on.',
    reason: false,
    confirm: 'Resume',
    done: 'Resumed',
    run: (api, row) => api.resume(row.id),
  },
  notice: {
    title: 'Give notice',
    says: noticeWords,
    reason: true,
    confirm: 'Give notice',
    danger: true,
    done: 'Notice given',
    run: (api, row, { reason }) => api.giveNotice(row.id, reason),
  },
  terminate: {
    title: 'End by consent',
    says: () =>
      'Your party consents to ending the agreement. It ends once all parties have consented; aid under way finishes.',
    reason: true,
    confirm: 'Consent to the end',
    danger: true,
    done: 'Consented to the end',
    run: (api, row, { reason }) => api.terminate(row.id, reason),
  },
  discard: {
    title: 'Discard the draft',
    says: (row) => `The draft of version ${row.version} is thrown away. Nobody else has seen it.`,
    reason: false,
    confirm: 'Discard',
    danger: true,
    done: 'Draft discarded',
    run: (api, row) => api.discard(row.id),
  },
};
