import { mmss, plural, shortNumber } from '../words/format';

/**
 * An alarm asks a person for a response; what asks for none is not one. High ones sound until somebody
 * acknowledges them, medium ones chime once, low ones are seen only.
 */
export type Level = 'high' | 'medium' | 'low';

export type AlarmCode =
  | 'request_to_answer'
  | 'counter_offer_to_answer'
  | 'p1_waiting'
  | 'request_undelivered'
  | 'request_unanswered'
  | 'server_lost'
  | 'request_refused'
  | 'loan_recalled'
  | 'loan_broken_off'
  | 'loan_let_go'
  | 'feed_stale'
  | 'cover_red'
  | 'long_at_hospital'
  | 'agreement_ends'
  | 'cap_near';

/** Ids and figures of one alarm. Lists of ids are joined by commas, so that an alarm can be kept as text. */
export type Facts = Readonly<Record<string, string | number>>;

/** How ids are called on this board. */
export interface Names {
  place: (jurisdiction: string) => string;
  unit: (unit: string) => string;
}

export interface AlarmClass {
  level: Level;
  /** The response that it asks for, as its button says it. */
  response: string;
  /** The verb of the command line that does it, or the key. */
  command: string;
  /**
   * A cause that comes back within so many seconds after it went is the same alarm: it keeps its
   * acknowledgement. For classes that hang on a measured value or a connection; the others never flap,
   * because each of their causes happens once.
   */
  dampSeconds: number;
  sentence: (facts: Facts, names: Names) => string;
}

export const LEVELS: readonly Level[] = ['high', 'medium', 'low'];
/** Never by colour alone: each level has a sign of its own. */
export const SIGNS: Record<Level, string> = { high: '!', medium: '▲', low: '●' };
export const rankOfLevel = (level: Level) => LEVELS.indexOf(level);

export const CLASSES: Record<AlarmCode, AlarmClass> = {
  request_to_answer: {
    ...of('high', 'Answer', 'ACC or DEC'),
    sentence: (f, names) =>
      `${who(f, names)} asks for ${units(f, names)}${f['standby'] ? ' to stand by' : ''} · ${f['priority']}`,
  },
  counter_offer_to_answer: {
    ...of('high', 'Answer', 'ACC or DEC'),
    sentence: (f, names) => `${who(f, names)} offers ${units(f, names)} instead · ${f['priority']}`,
  },
  p1_waiting: {
    ...of('high', 'Send a unit', 'REC'),
    sentence: (f) => `P1 ${shortNumber(String(f['number']))} waits without a unit`,
  },
  request_undelivered: {
    ...of('high', 'Telephone', 'PH'),
    sentence: (f, names) =>
      `${f['offered'] ? 'Offer of' : 'Request for'} ${units(f, names)} has not reached ${who(f, names)}`,
  },
  request_unanswered: {
    ...of('high', 'Telephone', 'PH'),
    sentence: (f, names) => `${who(f, names)} has not answered for ${units(f, names)}`,
  },
  server_lost: {
    ...of('high', 'Use the telephone', 'PH', 60),
    sentence: () => 'Connection to the server is lost',
  },
  request_refused: {
    ...of('medium', 'Choose another', 'REC'),
    sentence: (f, names) =>
      `${who(f, names)} ${f['state'] === 'declined' ? 'declined' : 'did not answer for'} ${units(f, names)}; ` +
      `nobody else is asked for ${shortNumber(String(f['number']))}`,
  },
  loan_recalled: {
    ...of('medium', 'Replace it', 'REC'),
    sentence: (f, names) => `${who(f, names)} calls ${units(f, names)} back`,
  },
  loan_broken_off: {
    ...of('medium', 'Choose another', 'REC'),
    sentence: (f, names) => `${units(f, names)} of ${who(f, names)} does not come any more`,
  },
  loan_let_go: {
    ...of('medium', 'See the unit', 'U'),
    sentence: (f, names) => `${who(f, names)} let ${units(f, names)} go on its way there`,
  },
  feed_stale: {
    ...of('medium', 'See the feed', 'PH', 120),
    sentence: (f) => `Feed ${f['name']} is ${f['state']}`,
  },
  cover_red: {
    ...of('medium', 'Open cover', 'COV', 300),
    sentence: (f, names) =>
      `${who(f, names)} is overwhelmed: ${f['free']} of ${plural(Number(f['total']), String(f['kind']))} free`,
  },
  long_at_hospital: {
    ...of('low', 'See the unit', 'U'),
    sentence: (f, names) =>
      `${units(f, names)} at hospital for more than ${mmss(Number(f['limit'])).slice(0, 2)} min`,
  },
  agreement_ends: {
    ...of('low', 'Open the agreement', 'Agreements'),
    sentence: (f) => `${f['title']} ends within ${plural(Number(f['days']), 'day')}`,
  },
  cap_near: {
    ...of('low', 'See the loans', 'F6', 300),
    sentence: (f) => `${f['title']}: ${f['out']} of at most ${f['at_most']} out at once`,
  },
};

function of(level: Level, response: string, command: string, dampSeconds = 0) {
  return { level, response, command, dampSeconds };
}

const who = (facts: Facts, names: Names) => names.place(String(facts['who']));

/** Two by name; more would be a list that nobody reads. */
function units(facts: Facts, names: Names): string {
  const ids = String(facts['units'] ?? '').split(',');
  return ids.length > 2 ? `${ids.length} units` : ids.map((id) => names.unit(id)).join(' and ');
}
