import type {
  AgreementInfo,
  AssignmentState,
  JurisdictionInfo,
  Nature,
  Need,
  Priority,
  Purpose,
  RequestState,
  Role,
  UnitStatus,
  UnitType,
} from '../wire/types';

/**
 * What the command line looks at: rows of the board, with the names that the screen shows. Its lists
 * stand in the order in which candidates are to be offered.
 */
export interface LinePicture {
  /** Server time, ms since 1970. */
  now: number;
  home: string | null;
  role: Role;
  jurisdictions: readonly LineAgency[];
  natures: readonly Nature[];
  units: readonly LineUnit[];
  incidents: readonly LineIncident[];
  requests: readonly LineRequest[];
  /** The texts of one's own agreements; null where this role has none. */
  agreements?: readonly AgreementInfo[] | null;
  assignments: readonly LineAssignment[];
}

export type LineAgency = Pick<JurisdictionInfo, 'id' | 'name' | 'agency_name' | 'telephone'> & {
  /** What people say for it: "Cedar Fen". */
  short_name: string;
};

export interface LineUnit {
  id: string;
  call_sign: string;
  /** The call sign without its agency's name, as tables show it. */
  sign: string;
  jurisdiction: string;
  unit_type: UnitType;
  status: UnitStatus;
  lent_to: string | null;
  own: boolean;
}

export interface LineIncident {
  id: string;
  number: string;
  jurisdiction: string;
  state: 'active' | 'closed' | 'cancelled';
  own: boolean;
  assigned: readonly string[];
  came: number;
  priority: Priority;
  nature: string;
  purpose?: Purpose;
  address?: string;
  needs?: readonly Need[];
}

export interface LineRequest {
  id: string;
  direction: 'in' | 'out';
  state: RequestState;
  incident: string;
  incident_number: string;
  unit: string;
  borrower: string;
  lender: string;
  /** RFC 3339. */
  expires_at: string;
  may_decline: boolean;
  /** A counter-offer: the borrower answers it. */
  offered_by_lender?: boolean;
  instead_of?: string | null;
  agreement?: string;
  agreement_version?: number;
  clauses?: string[];
  priority?: Priority;
  nature?: string | null;
  purpose?: Purpose;
  lon?: number;
  lat?: number;
}

export interface LineAssignment {
  id: string;
  unit: string;
  incident: string;
  home: string;
  borrower: string;
  lent: boolean;
  state: AssignmentState;
  recalled_at: string | null;
  confirmed_at: string | null;
  duties: readonly { code: string; state: string }[];
  purpose?: Purpose;
}

export const agencyOf = (picture: LinePicture, id: string): LineAgency | null =>
  picture.jurisdictions.find((agency) => agency.id === id) ?? null;

/** What people say for a jurisdiction; its id where nobody told its name. */
export const agencyName = (picture: LinePicture, id: string): string =>
  agencyOf(picture, id)?.short_name ?? id;
