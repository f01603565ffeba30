import type {
  AgreementDoc,
  AgreementRow,
  FieldInfo,
  FormInfo,
  KindInfo,
  SignatureRow,
} from '../../src/agreements/types';

export const makeField = (
  field: Partial<FieldInfo> & Pick<FieldInfo, 'name' | 'kind'>,
): FieldInfo => ({
  title: field.name,
  help: '',
  required: false,
  unit: '',
  at_least: 0,
  at_most: 20_000,
  choices: [],
  default: null,
  ...field,
});

export const makeKind = (kind: Partial<KindInfo> & Pick<KindInfo, 'type' | 'group'>): KindInfo => ({
  title: kind.type,
  help: '',
  row: 1,
  enforced_by: ['recommender'],
  single: false,
  fields: [],
  ...kind,
});

const lender = makeField({ name: 'lender', kind: 'party' });

export const FLOOR = makeKind({
  type: 'reserve_floor',
  group: 'limits',
  fields: [
    makeField({ name: 'keep', kind: 'whole', required: true, at_most: 1000 }),
    makeField({ name: 'unit_types', kind: 'choices', choices: ['als_ambulance', 'bls_ambulance'] }),
    makeField({ name: 'area', kind: 'area' }),
    lender,
  ],
});
export const HOURS = makeKind({
  type: 'hours',
  group: 'scope',
  fields: [makeField({ name: 'windows', kind: 'windows', required: true })],
});
export const ANSWER = makeKind({
  type: 'answer_time',
  group: 'answer',
  single: true,
  fields: [makeField({ name: 'seconds', kind: 'whole', required: true })],
});
export const DISCRETION = makeKind({
  type: 'discretion',
  group: 'answer',
  single: true,
  fields: [makeField({ name: 'lender_may_decline', kind: 'flag', required: true }), lender],
});

export const FORM: FormInfo = {
  groups: [
    { group: 'scope', title: 'Scope' },
    { group: 'limits', title: 'Limits' },
    { group: 'answer', title: 'Answer' },
  ],
  kinds: [HOURS, FLOOR, ANSWER, DISCRETION],
  agreement_kinds: ['mutual', 'automatic'],
  scopes: ['local', 'interstate'],
  jurisdictions: [
    { id: 'harlow', name: 'Harlow' },
    { id: 'cedar', name: 'Cedar Fen' },
  ],
};

export const makeDocument = (doc: Partial<AgreementDoc> = {}): AgreementDoc => ({
  id: 'harlow-cedar',
  title: 'Harlow and Cedar Fen',
  version: 3,
  kind: 'mutual',
  scope: 'local',
  time_zone: 'UTC',
  parties: ['harlow', 'cedar'],
  directions: 'reciprocal',
  effective_from: '2026-01-01T00:00:00Z',
  effective_to: null,
  clauses: [
    { id: '3.1', type: 'reserve_floor', keep: 1 },
    { id: '4', type: 'answer_time', seconds: 60 },
  ],
  ...doc,
});

export const makeSignature = (party: string): SignatureRow => ({
  party,
  by: 'A. Chief',
  signed_at: '2026-11-20T09:00:00Z',
  terms_sha256: '0'.repeat(64),
});

export const makeAgreement = (row: Partial<AgreementRow> = {}): AgreementRow => ({
  ...makeDocument(),
  automatic: false,
  may_decline: true,
  answer_seconds: 60,
  state: 'active',
  revision: 1,
  drafted_by: 'harlow',
  mine: true,
  terms_sha256: '0'.repeat(64),
  text_sha256: '0'.repeat(64),
  missing_signatures: [],
  signatures: [],
  acts: [],
  ends_at: null,
  in_force: 3,
  replaced: false,
  steps: [],
  ...row,
});
