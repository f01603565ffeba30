import type { UnitStatus } from '../wire/types';
import type { NewIncidentWords } from './new-incident';
import type { VerbName } from './verbs';

/** What each verb says when it is complete: ids of rows, never what was typed. */
export interface ArgumentsOf {
  N: NewIncidentWords;
  REC: { incident: string };
  REQ: { incident: string; unit: string };
  AS: { incident: string; unit: string };
  ACC: { request: string; unit: string | null };
  DEC: { request: string; reason: string; note: string };
  CAN: { request: string };
  REL: { unit: string };
  RCL: { unit: string; why: string };
  EXT: { unit: string; hours: number };
  CNF: { unit: string };
  ST: { unit: string; status: UnitStatus };
  CL: { incident: string };
  WHY: { unit: string; incident: string | null };
  ORD: { incident: string };
  COV: object;
  U: { unit: string };
  I: { incident: string };
  FIND: { text: string };
  PH: { agency: string };
  ACK: object;
  SIL: object;
  '?': object;
}

export type Complete = {
  [V in VerbName]: { kind: 'complete'; verb: V; args: ArgumentsOf[V] };
}[VerbName];

/** `candidates` are ids (verbs, codes), 8 at most; `of` says how many there are in all. */
interface Open {
  verb: VerbName | null;
  candidates: string[];
  of: number;
}

export interface Incomplete extends Open {
  kind: 'incomplete';
  expects: string;
}

export interface Ambiguous extends Open {
  kind: 'ambiguous';
  argument: string;
  typed: string;
}

export interface Unknown extends Open {
  kind: 'unknown';
  argument: string;
  typed: string;
  reason: 'no_verb' | 'not_allowed' | 'no_match' | 'not_now' | 'bad_value' | 'too_much';
  /** What was named, where it is known but the verb may not apply to it now. */
  which: string[];
}

/** What a line means. Only a complete one may change anything. */
export type Parsed = Complete | Incomplete | Ambiguous | Unknown;
