import type { AssignmentState, UnitStatus, UnitType } from '../wire/types';

/** The seven looks that a status can have on table and map: shape, code and colour together. */
export type Look = 'AV' | 'DP' | 'ER' | 'OS' | 'TR' | 'AH' | 'OO';

export interface StatusWord {
  look: Look;
  code: string;
  glyph: string;
  name: string;
}

export const STATUSES: Record<UnitStatus, StatusWord> = {
  dispatched: { look: 'DP', code: 'DP', glyph: '▲', name: 'dispatched' },
  en_route: { look: 'ER', code: 'ER', glyph: '▶', name: 'en route' },
  on_scene: { look: 'OS', code: 'OS', glyph: '■', name: 'on scene' },
  transporting: { look: 'TR', code: 'TR', glyph: '◆', name: 'transporting' },
  at_hospital: { look: 'AH', code: 'AH', glyph: '✚', name: 'at hospital' },
  available: { look: 'AV', code: 'AV', glyph: '●', name: 'available' },
  available_delayed: { look: 'AV', code: 'AD', glyph: '◐', name: 'available, delayed' },
  out_of_service: { look: 'OO', code: 'OO', glyph: '✕', name: 'out of service' },
  off_duty: { look: 'OO', code: 'OD', glyph: '✕', name: 'off duty' },
  unknown: { look: 'OO', code: '??', glyph: '?', name: 'unknown' },
};

export const LOOKS: { look: Look; glyph: string; name: string }[] = [
  { look: 'AV', glyph: '●', name: 'available' },
  { look: 'DP', glyph: '▲', name: 'dispatched' },
  { look: 'ER', glyph: '▶', name: 'en route' },
  { look: 'OS', glyph: '■', name: 'on scene' },
  { look: 'TR', glyph: '◆', name: 'transporting' },
  { look: 'AH', glyph: '✚', name: 'at hospital' },
  { look: 'OO', glyph: '✕', name: 'out of service, off duty or unknown' },
];

/** What needs a decision soonest stands first. */
const ORDER: UnitStatus[] = Object.keys(STATUSES) as UnitStatus[];
export const statusRank = (status: UnitStatus) => ORDER.indexOf(status);

/** The steps a unit takes by itself; the server has the last word. */
export const NEXT_STATUS: Record<UnitStatus, UnitStatus[]> = {
  unknown: ['available', 'available_delayed', 'out_of_service', 'off_duty'],
  off_duty: ['available', 'available_delayed', 'out_of_service'],
  out_of_service: ['available', 'available_delayed', 'off_duty'],
  available: ['available_delayed', 'out_of_service', 'off_duty'],
  available_delayed: ['available', 'out_of_service', 'off_duty'],
  dispatched: ['en_route', 'on_scene', 'available', 'available_delayed', 'out_of_service'],
  en_route: ['on_scene', 'available', 'available_delayed', 'out_of_service'],
  on_scene: ['transporting', 'available', 'available_delayed', 'out_of_service'],
  transporting: ['at_hospital', 'available', 'available_delayed', 'out_of_service'],
  at_hospital: ['available', 'available_delayed', 'out_of_service', 'off_duty'],
};

export const UNIT_TYPES: Record<UnitType, { short: string; name: string }> = {
  als_ambulance: { short: 'ALS', name: 'ALS ambulance' },
  bls_ambulance: { short: 'BLS', name: 'BLS ambulance' },
  critical_care_ambulance: { short: 'CCT', name: 'Critical care ambulance' },
  als_nontransport: { short: 'ALS-N', name: 'ALS, no transport' },
  bls_nontransport: { short: 'BLS-N', name: 'BLS, no transport' },
  supervisor: { short: 'SUP', name: 'Supervisor' },
  multi_patient: { short: 'MPV', name: 'Multi-patient vehicle' },
  air_rotor: { short: 'AIR', name: 'Helicopter' },
};

export const levelOf = (type: UnitType) => UNIT_TYPES[type]?.short ?? type;

/** Path of an assignment on screen; own units end without "returning". */
export const STEPS: { state: AssignmentState; short: string; name: string }[] = [
  { state: 'dispatched', short: 'disp', name: 'dispatched' },
  { state: 'en_route', short: 'en route', name: 'en route' },
  { state: 'on_scene', short: 'scene', name: 'on scene' },
  { state: 'transporting', short: 'transp', name: 'transporting' },
  { state: 'at_hospital', short: 'hosp', name: 'at hospital' },
  { state: 'returning', short: 'return', name: 'returning' },
];
