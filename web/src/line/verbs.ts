import type { Role } from '../wire/types';

export type VerbName =
  | 'N'
  | 'REC'
  | 'REQ'
  | 'AS'
  | 'ACC'
  | 'DEC'
  | 'CAN'
  | 'REL'
  | 'RCL'
  | 'EXT'
  | 'CNF'
  | 'ST'
  | 'CL'
  | 'WHY'
  | 'ORD'
  | 'COV'
  | 'U'
  | 'I'
  | 'FIND'
  | 'PH'
  | 'ACK'
  | 'SIL'
  | '?';

export type ArgumentKind =
  'incident' | 'unit' | 'request' | 'agency' | 'status' | 'reason' | 'hours' | 'text';

export interface Argument {
  name: string;
  kind: ArgumentKind;
  /** Absent: it must be there. */
  optional?: true;
  /** It takes the rest of the line, blanks and all. */
  rest?: true;
  /** Longest text, in characters. */
  most?: number;
}

export interface Verb {
  verb: VerbName;
  usage: string;
  arguments: readonly Argument[];
  help: string;
  /** Desk: dispatchers and supervisors. */
  who: 'desk' | 'all';
  /** Whether it asks the server to change something, so that it needs a live connection. */
  changes: boolean;
}

const INCIDENT: Argument = { name: 'incident', kind: 'incident' };
const UNIT: Argument = { name: 'unit', kind: 'unit' };
const REQUEST: Argument = { name: 'request', kind: 'request' };

const desk = (verb: VerbName, usage: string, args: readonly Argument[], help: string): Verb => ({
  verb,
  usage,
  arguments: args,
  help,
  who: 'desk',
  changes: true,
});
const anyone = (verb: VerbName, usage: string, args: readonly Argument[], help: string): Verb => ({
  ...desk(verb, usage, args, help),
  who: 'all',
  changes: false,
});

/** Every verb of the command line, in the order in which they are listed. */
export const VERBS: readonly Verb[] = [
  {
    ...desk(
      'N',
      'N [p1..p4] [nature] [@ place] [need x count ...]',
      [],
      'New incident; opens at once if priority, nature and place are clear, else the form opens filled',
    ),
    changes: false,
  },
  desk('REC', 'REC inc', [INCIDENT], 'Recommend units for an incident'),
  desk('REQ', 'REQ inc unit', [INCIDENT, UNIT], 'Ask a neighbour for its unit'),
  desk('AS', 'AS inc unit', [INCIDENT, UNIT], 'Assign an own unit'),
  desk(
    'ACC',
    'ACC request [unit]',
    [REQUEST, { ...UNIT, optional: true }],
    'Accept a request; with a unit, offer that one instead',
  ),
  desk(
    'DEC',
    'DEC request reason [note]',
    [
      REQUEST,
      { name: 'reason', kind: 'reason' },
      { name: 'note', kind: 'text', optional: true, rest: true, most: 500 },
    ],
    'Decline a request, with a reason',
  ),
  desk('CAN', 'CAN request', [REQUEST], 'Withdraw an own request'),
  desk('REL', 'REL unit', [UNIT], 'Release a unit: the incident needs it no more'),
  desk(
    'RCL',
    'RCL unit reason',
    [UNIT, { name: 'why', kind: 'text', rest: true, most: 300 }],
    'Recall an own unit that is lent, and say why',
  ),
  desk(
    'EXT',
    'EXT unit hours',
    [UNIT, { name: 'hours', kind: 'hours' }],
    'Keep a borrowed unit longer',
  ),
  desk('CNF', 'CNF unit', [UNIT], 'Confirm a loan in writing'),
  desk(
    'ST',
    'ST unit status',
    [UNIT, { name: 'status', kind: 'status', rest: true }],
    'Set the status of an own unit',
  ),
  desk('CL', 'CL inc', [INCIDENT], 'Close an incident, or cancel it where no unit came'),
  {
    ...desk(
      'WHY',
      'WHY unit [inc]',
      [UNIT, { ...INCIDENT, optional: true }],
      'Say why a unit may not come',
    ),
    changes: false,
  },
  { ...desk('ORD', 'ORD inc', [INCIDENT], 'Order many units at once'), changes: false },
  anyone('COV', 'COV', [], 'Show the cover panel'),
  anyone('U', 'U unit', [UNIT], 'Select a unit, on the map too'),
  anyone('I', 'I inc', [INCIDENT], 'Select an incident'),
  anyone(
    'FIND',
    'FIND text',
    [{ name: 'text', kind: 'text', rest: true, most: 120 }],
    'Find units and incidents by sign, number, nature or address',
  ),
  anyone(
    'PH',
    'PH agency',
    [{ name: 'agency', kind: 'agency', rest: true }],
    'Show the telephone number of an agency, and what to say',
  ),
  anyone('ACK', 'ACK', [], 'Acknowledge the oldest alarm'),
  anyone('SIL', 'SIL', [], 'Silence the sound for 60 s'),
  anyone('?', '?', [], 'List all commands and keys'),
];

const BY_NAME = new Map<string, Verb>(VERBS.map((verb) => [verb.verb, verb]));

export const findVerb = (word: string): Verb | null => BY_NAME.get(word.toUpperCase()) ?? null;
export const getVerb = (name: VerbName): Verb => BY_NAME.get(name)!;

export const mayUse = (verb: Verb, role: Role): boolean =>
  verb.who === 'all' || role === 'dispatcher' || role === 'supervisor';
