import { listOf, type Api } from '../wire/api';
import { Problem } from '../wire/problem';
import type {
  AgreementDoc,
  AgreementRow,
  CheckAnswer,
  DiffAnswer,
  Finding,
  FormInfo,
  GapMap,
  LedgerAnswer,
  TemplateInfo,
  WhatIfJob,
} from './types';

/** Either the form's document or a YAML text. */
export type Terms = { document: AgreementDoc } | { text: string };

export interface SurgeOrder {
  partner: string;
  hours: number;
  unit_types?: string[];
  keep?: number;
}

const ROOT = '/api/agreements';
const enc = encodeURIComponent;
const at = (id: string, rest = '') => `${ROOT}/${enc(id)}${rest}`;

/** The agreements' part of the server's REST door. Every function throws `Problem`. */
export class AgreementsApi {
  constructor(private readonly api: Api) {}

  list = async () => listOf<AgreementRow>(await this.api.get(ROOT));
  form = () => this.api.get<FormInfo>(`${ROOT}/form`);
  templates = async () => listOf<TemplateInfo>(await this.api.get(`${ROOT}/templates`));
  read = (id: string) => this.api.get<AgreementRow>(at(id));
  version = (id: string, version: number) =>
    this.api.get<AgreementRow>(at(id, `/versions/${version}`));
  diff = (id: string, from: number, to: number) =>
    this.api.get<DiffAnswer>(at(id, `/diff?from=${from}&to=${to}`));

  fromTemplate = (template: string, order: SurgeOrder) =>
    this.api.command<AgreementRow>(`${ROOT}/from-template`, { template, ...order });
  create = (terms: Terms) => this.api.command<AgreementRow>(ROOT, { ...terms });
  saveDraft = (id: string, terms: Terms, revision: number | null) =>
    this.api.put<AgreementRow>(at(id, '/draft'), { ...terms, revision });
  discard = (id: string) => this.api.delete<unknown>(at(id, '/draft'));
  check = (terms: Terms) => this.api.post<CheckAnswer>(`${ROOT}/check`, { ...terms });
  lint = async (terms: Terms) => listOf<Finding>(await this.api.post(`${ROOT}/lint`, { ...terms }));

  propose = (id: string, version: number, revision: number | null) =>
    this.act(id, 'propose', { version, revision });
  sign = (id: string, version: number, terms_sha256: string, typed_id: string, password: string) =>
    this.act(id, 'sign', { version, terms_sha256, typed_id, password });
  reject = (id: string, version: number, reason: string) =>
    this.act(id, 'reject', { version, reason });
  withdraw = (id: string, version: number, reason: string) =>
    this.act(id, 'withdraw', { version, reason });
  suspend = (id: string, reason: string, ends_at: string | null) =>
    this.act(id, 'suspend', ends_at ? { reason, ends_at } : { reason });
  resume = (id: string) => this.act(id, 'resume', {});
  giveNotice = (id: string, reason: string) => this.act(id, 'notice', { reason });
  terminate = (id: string, reason: string) => this.act(id, 'terminate', { reason });

  findings = async () => listOf<Finding>(await this.api.get(`${ROOT}/findings`));
  gaps = () => this.api.get<GapMap>(`${ROOT}/gaps`);
  ledger = (month: string) => this.api.get<LedgerAnswer>(`/api/ledger?month=${enc(month)}`);
  startWhatIf = (id: string, order: Record<string, unknown>) =>
    this.api.post<{ job: string }>(at(id, '/what-if'), order);
  readWhatIf = (job: string) => this.api.get<WhatIfJob>(`/api/what-if/${enc(job)}`);
  cancelWhatIf = (job: string) => this.api.delete<unknown>(`/api/what-if/${enc(job)}`);

  private act(id: string, step: string, body: Record<string, unknown>): Promise<AgreementRow> {
    return this.api.command<AgreementRow>(at(id, `/${step}`), body);
  }
}

export const textAddress = (id: string, version: number) => at(id, `/versions/${version}/text`);
export const pdfAddress = (id: string, version: number) => at(id, `/versions/${version}/pdf`);
export const nerisAddress = (id: string, version: number) => at(id, `/versions/${version}/neris`);
export const statementAddress = (format: 'csv' | 'pdf', partner: string, month: string) =>
  `/api/ledger/statement.${format}?partner=${enc(partner)}&month=${enc(month)}`;

/** Null where the server has no such door yet, or not for this role: the panel then stays away. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Problem && [403, 404, 405].includes(error.status)) return null;
    throw error;
  }
}
