import type { EntryDraft } from '../board/board.svelte';
import type { Commands } from '../board/commands.svelte';
import type { Picture } from '../picture/picture';
import { isUnattended } from '../picture/order';
import type { NewIncident, RequestRow } from '../wire/types';
import { leftPhrase } from '../words/format';
import { assignmentsFor, standsBy } from './applies';
import { find, sayFound, type Match } from './find';
import { needsToOpen, type NewIncidentWords } from './new-incident';
import type { ArgumentsOf, Complete } from './parsed';
import type { LinePicture } from './picture';
import { telephoneOf } from './telephone';
import { getVerb, type VerbName } from './verbs';

export interface FoundPlace {
  name: string;
  lon: number;
  lat: number;
}

/**
 * What verbs do that other parts of the board bring along. A verb whose port is missing says that it is
 * not available here; nothing pretends.
 */
export interface LinePorts {
  /** Says on the board why the unit may not come to the incident. */
  why?: (incident: string, unit: string) => Promise<unknown>;
  /** Accepts a request with another unit than the one that was asked for. */
  counterOffer?: (request: RequestRow, unit: string) => Promise<unknown>;
  /** The places that a text may mean, the likeliest first. */
  findPlaces?: (text: string) => Promise<FoundPlace[]>;
  acknowledgeAlarm?: () => unknown;
  silence?: () => unknown;
}

/** What the line works on: the board's commands, and what it can put before the dispatcher. */
export interface Desk {
  commands: Pick<
    Commands,
    | 'accept'
    | 'assignOwn'
    | 'closeIncident'
    | 'confirmLoan'
    | 'decline'
    | 'extend'
    | 'openIncident'
    | 'recall'
    | 'release'
    | 'requestAid'
    | 'sendOn'
    | 'setStatus'
    | 'withdraw'
  >;
  ports: LinePorts;
  rows: Pick<Picture, 'units' | 'incidents' | 'requests' | 'assignments'>;
  /** The same rows as the line was read against. */
  picture: LinePicture;
  canAct: boolean;
  selectedIncident: string | null;
  /** Puts an incident before the dispatcher, with units for it where it waits. */
  showIncident: (incident: string) => void;
  /** The same, whether it waits or not. */
  recommend: (incident: string) => void;
  showUnit: (unit: string) => void;
  showSide: (side: 'cover' | 'order') => void;
  openForm: (draft: EntryDraft) => void;
  showHelp: () => void;
}

/** What a line has to say itself; null where the command has said what became of it. */
export interface Did {
  ok: boolean;
  text: string;
  /** More than one was found: they are to be chosen from. */
  matches?: Match[];
}

type Run<V extends VerbName> = (args: ArgumentsOf[V], desk: Desk) => Promise<Did | null>;

/** Runs a complete command: each verb is one call. */
export async function run(command: Complete, desk: Desk): Promise<Did | null> {
  if (getVerb(command.verb).changes && !desk.canAct) return blocked();
  const verb = RUNS[command.verb] as Run<typeof command.verb>;
  return verb(command.args as never, desk);
}

const did = (text: string): Did => ({ ok: true, text });
const failed = (text: string): Did => ({ ok: false, text });
/** Said of every order while the board is not live. */
export const NOT_LIVE = 'not sent: there is no connection to the server. Use the telephone';
const blocked = () => failed(NOT_LIVE);
const gone = () => failed('it is gone meanwhile; look again');
const notHere = () => failed('not available here');

/** The command on a row that is still there. */
async function on<T>(row: T | undefined, act: (row: T) => Promise<unknown>): Promise<Did | null> {
  if (!row) return gone();
  await act(row);
  return null;
}

function onAssignment(
  verb: 'REL' | 'RCL' | 'EXT' | 'CNF',
  unit: string,
  desk: Desk,
  act: (row: Parameters<Desk['commands']['release']>[0]) => Promise<unknown>,
): Promise<Did | null> {
  const rows = assignmentsFor(verb, {
    home: desk.picture.home,
    assignments: desk.rows.assignments.values(),
  });
  return on(
    rows.find((row) => row.unit === unit),
    act,
  );
}

async function through(
  port: (() => unknown) | undefined,
  said: Did | null = null,
): Promise<Did | null> {
  if (!port) return notHere();
  await port();
  return said;
}

const RUNS: { [V in VerbName]: Run<V> } = {
  N: newIncident,
  REC: async ({ incident }, desk) => {
    desk.recommend(incident);
    return did('F6 goes to the recommendation');
  },
  REQ: async ({ incident, unit }, { commands, picture }) => {
    const standing = picture.assignments.some(
      (row) => row.unit === unit && standsBy(row, picture.home),
    );
    await (standing ? commands.sendOn(incident, unit) : commands.requestAid(incident, unit));
    return null;
  },
  AS: async ({ incident, unit }, { commands }) => {
    await commands.assignOwn(incident, unit);
    return null;
  },
  ACC: async ({ request, unit }, { rows, commands, ports }) => {
    const row = rows.requests.get(request);
    if (!row || !unit || unit === row.unit) return on(row, commands.accept);
    return through(ports.counterOffer && (() => ports.counterOffer!(row, unit)));
  },
  DEC: ({ request, reason, note }, { rows, commands }) =>
    on(rows.requests.get(request), (row) => commands.decline(row, reason, note)),
  CAN: ({ request }, { rows, commands }) => on(rows.requests.get(request), commands.withdraw),
  REL: ({ unit }, desk) => onAssignment('REL', unit, desk, desk.commands.release),
  RCL: ({ unit, why }, desk) =>
    onAssignment('RCL', unit, desk, (row) => desk.commands.recall(row, why)),
  EXT: ({ unit, hours }, desk) =>
    onAssignment('EXT', unit, desk, (row) => desk.commands.extend(row, hours)),
  CNF: ({ unit }, desk) => onAssignment('CNF', unit, desk, desk.commands.confirmLoan),
  ST: ({ unit, status }, { rows, commands }) =>
    on(rows.units.get(unit), (row) => commands.setStatus(row, status)),
  CL: ({ incident }, { rows, commands }) =>
    on(rows.incidents.get(incident), (row) => commands.closeIncident(row, isUnattended(row))),
  WHY: async ({ unit, incident }, { ports, selectedIncident }) => {
    const about = incident ?? selectedIncident;
    if (ports.why && !about) return failed('for which incident? Say WHY unit inc');
    return through(ports.why && (() => ports.why!(about!, unit)));
  },
  ORD: async ({ incident }, desk) => {
    desk.showIncident(incident);
    desk.showSide('order');
    return did('say how many of which type');
  },
  COV: async (_, desk) => {
    desk.showSide('cover');
    return did('');
  },
  U: async ({ unit }, desk) => {
    desk.showUnit(unit);
    return did(sayFound({ kind: 'unit', id: unit }, desk.picture));
  },
  I: async ({ incident }, desk) => {
    desk.showIncident(incident);
    return did(sayFound({ kind: 'incident', id: incident }, desk.picture));
  },
  FIND: findText,
  PH: async ({ agency }, { picture, selectedIncident }) => {
    const found = telephoneOf(agency, picture, selectedIncident);
    return found?.number
      ? did(`${found.number} ${found.agency}. Say: ${found.say}`)
      : failed('no number is on file');
  },
  ACK: (_, { ports }) => through(ports.acknowledgeAlarm),
  SIL: (_, { ports }) => through(ports.silence, did('sound is silent for 60 s')),
  '?': async (_, desk) => {
    desk.showHelp();
    return did('');
  },
};

async function newIncident(words: NewIncidentWords, desk: Desk): Promise<Did | null> {
  const { priority, nature, place } = words;
  const found = place && 'text' in place ? await onlyPlace(place.text, words, desk) : place;
  if (words.opens === 'form' || !priority || !found) {
    desk.openForm(draftOf(words));
    return did('the form has what was given');
  }
  if (!desk.canAct) return blocked();
  const needs = needsToOpen(words, desk.picture.natures);
  const incident: NewIncident = { ...found, priority, nature, needs };
  await desk.commands.openIncident(incident);
  return null;
}

/** The place that a text means, where it means one alone; looked for only where all else is clear. */
async function onlyPlace(
  text: string,
  { opens }: NewIncidentWords,
  { ports, canAct }: Desk,
): Promise<Pick<NewIncident, 'lon' | 'lat' | 'address'> | null> {
  if (opens !== 'search' || !ports.findPlaces || !canAct) return null;
  const found = await ports.findPlaces(text).catch(() => []);
  const [only, other] = found;
  return only && !other ? { lon: only.lon, lat: only.lat, address: only.name } : null;
}

function draftOf({ priority, nature, place, needs }: NewIncidentWords): EntryDraft {
  return {
    ...(priority ? { priority } : {}),
    ...(nature ? { nature } : {}),
    ...(needs.length ? { needs } : {}),
    ...(place && 'text' in place ? { place: place.text } : {}),
    ...(place && 'lon' in place ? { at: place } : {}),
  };
}

async function findText({ text }: { text: string }, desk: Desk): Promise<Did | null> {
  const matches = find(text, desk.picture);
  const [only] = matches;
  if (!only) return failed('nothing found');
  if (matches.length > 1) return { ok: true, text: `${matches.length} found: choose one`, matches };
  if (only.kind === 'unit') desk.showUnit(only.id);
  else desk.showIncident(only.id);
  return did(sayFound(only, desk.picture));
}

export const SURE_WITHIN_MS = 10_000;

/** A line that cannot be undone was asked about, at this server time. */
export interface Asked {
  line: string;
  at: number;
}

/** What must be said twice, in words; empty where once is enough. */
export function asksFirst(command: Complete, picture: LinePicture): string {
  if (command.verb !== 'CL') return '';
  const row = picture.incidents.find((incident) => incident.id === command.args.incident);
  if (!row) return '';
  const what = isUnattended(row)
    ? `cancels ${row.number}: no unit came`
    : row.assigned.length
      ? `closes ${row.number} with ${row.assigned.length} assigned`
      : `closes ${row.number}: ${leftPhrase(row.came)}`;
  return `${what}. The same again within 10 s does it`;
}

export const isSure = (asked: Asked | null, line: string, now: number): boolean =>
  asked?.line === line && now >= asked.at && now - asked.at <= SURE_WITHIN_MS;
