import type { Picture } from '../picture/picture';
import type { FeedRow } from '../wire/health';
import type { AgreementInfo, CoverReason, Role } from '../wire/types';
import { coverSaid } from '../words/cover';
import { condition, type Condition } from './conditions';
import { loanConditions, type LoanMemory } from './loans';
import { isP1Waiting, requestConditions, waits } from './requests';

/** So long without a word from the server is an alarm; the bar is up before. */
export const SERVER_LOST_S = 10;
/** Handing a patient over takes longer than this in one case of ten (California's limit for 90 %). */
export const LONG_AT_HOSPITAL_S = 1800;
export const AGREEMENT_ENDS_DAYS = 30;
const CAP_SHARE = 0.8;
/** Four fifths of a cap below five are the cap itself, which the agreement applies by itself. */
const SMALLEST_CAP = 5;

/** All that alarms are derived from. Times in ms since 1970, by the server's clock. */
export interface Scene {
  picture: Picture | null;
  now: number;
  /** Whether the picture is current. */
  live: boolean;
  /** When the server was last heard; before the first frame, when this board began to ask. */
  heardAt: number;
  role: Role;
  home: string | null;
  agreements: readonly AgreementInfo[] | null;
  loans: LoanMemory;
}

export interface Present {
  conditions: Condition[];
  /** False while the picture is old: what is not in `conditions` may be so all the same. */
  known: boolean;
}

const mayDispatch = (role: Role) => role === 'dispatcher' || role === 'supervisor';

/** What is abnormal now and asks this person for a response. */
export function derive(scene: Scene): Present {
  const { picture, live } = scene;
  if (!live || !picture) return { conditions: serverLost(scene), known: false };
  return {
    known: true,
    conditions: [
      ...(mayDispatch(scene.role) ? operational(scene, picture) : []),
      ...agreementsEnding(scene),
    ],
  };
}

function serverLost({ now, heardAt, live, role }: Scene): Condition[] {
  if (live || !mayDispatch(role) || now - heardAt <= SERVER_LOST_S * 1000) return [];
  return [condition('server_lost', '', { kind: 'server', id: '' })];
}

function operational(scene: Scene, picture: Picture): Condition[] {
  const { now, home } = scene;
  const waiting = p1Waiting(picture, now);
  return [
    ...requestConditions(picture, now),
    ...waiting,
    ...loanConditions(scene.loans, picture, home),
    ...staleFeeds(picture, home),
    ...coverRed(picture, home, {
      p1Waits: waiting.length > 0,
      callWaits: [...picture.incidents.values()].some(waits),
    }),
    ...longAtHospital(picture, now),
    ...capsNear(scene, picture),
  ];
}

/** Named by how many requests for it have broken off: a call that waits again after a refusal is a new cause. */
function p1Waiting(picture: Picture, now: number): Condition[] {
  const rows = [...picture.requests.values()];
  return [...picture.incidents.values()]
    .filter((incident) => isP1Waiting(incident, rows, now))
    .map((incident) => {
      const over = rows.filter(
        (row) => row.incident === incident.id && row.state !== 'offered',
      ).length;
      const target = { kind: 'incident', id: incident.id } as const;
      return condition('p1_waiting', `${incident.id}:${over}`, target, { number: incident.number });
    });
}

/** A lost feed is one cause, whether it carries one unit or forty. Neighbours watch their own. */
function staleFeeds(picture: Picture, home: string | null): Condition[] {
  return [...picture.feeds.values()]
    .filter((feed) => feed.state !== 'live' && isOurs(feed, home))
    .map((feed) =>
      condition(
        'feed_stale',
        feed.id,
        { kind: 'feed', id: feed.id },
        { name: feed.name, state: feed.state },
      ),
    );
}

const isOurs = (feed: FeedRow, home: string | null) => feed.jurisdiction === home;

/** Reasons by which cover turns red; others only say why it is not green again. */
const RED = new Set<CoverReason['code']>(['level_zero', 'below_own_red']);
/** Red because of calls that wait: true only while one does, which a call is not that was served and stays open. */
const RED_BY_CALLS = new Set<CoverReason['code']>([
  'pending_exceeds_free',
  'pending_too_long',
  'neighbour_faster',
]);

function coverRed(
  picture: Picture,
  home: string | null,
  { p1Waits, callWaits }: { p1Waits: boolean; callWaits: boolean },
): Condition[] {
  const cover = home ? picture.covers.get(home) : undefined;
  // Set by hand: a person has judged it already.
  if (!cover || cover.override) return [];
  const said = coverSaid(cover, '');
  if (said.state !== 'red') return [];
  const als = cover.levels?.als;
  const isAls = als !== undefined && cover.state !== 'red';
  const level = isAls ? als : cover;
  const has = (codes: ReadonlySet<CoverReason['code']>) =>
    level.reasons.some((reason: CoverReason) => codes.has(reason.code));
  // Where the call that waits is an alarm, cover is none beside it.
  const raises = has(RED) || (has(RED_BY_CALLS) && callWaits && !p1Waits);
  const kind = isAls ? 'ALS ambulance' : 'ambulance';
  const facts = { who: cover.jurisdiction, free: level.free, total: level.total, kind };
  return [
    condition(
      'cover_red',
      cover.jurisdiction,
      { kind: 'cover', id: cover.jurisdiction },
      facts,
      raises,
    ),
  ];
}

/** Not while the home's feed is silent: forty old statuses are one lost feed. */
function longAtHospital(picture: Picture, now: number): Condition[] {
  const silent = [...picture.feeds.values()].filter((feed) => feed.state !== 'live');
  return [...picture.units.values()]
    .filter((unit) => unit.own && unit.status === 'at_hospital' && unit.changed_at !== null)
    .filter((unit) => now - Date.parse(unit.changed_at!) > LONG_AT_HOSPITAL_S * 1000)
    .filter((unit) => !silent.some((feed) => isOurs(feed, unit.jurisdiction)))
    .map((unit) =>
      condition(
        'long_at_hospital',
        `${unit.id}:${unit.changed_at}`,
        { kind: 'unit', id: unit.id },
        {
          units: unit.id,
          limit: LONG_AT_HOSPITAL_S,
        },
      ),
    );
}

/** For those who can renew it; a dispatcher cannot. */
function agreementsEnding({ agreements, now, role, home }: Scene): Condition[] {
  if (role !== 'admin' && role !== 'supervisor') return [];
  return (agreements ?? []).flatMap((row) => {
    if (!row.effective_to || !row.parties.includes(home ?? '') || !inForce(row)) return [];
    const left = Date.parse(row.effective_to) - now;
    if (left <= 0 || left > AGREEMENT_ENDS_DAYS * 86_400_000) return [];
    const facts = { title: row.title, days: AGREEMENT_ENDS_DAYS };
    return [
      condition(
        'agreement_ends',
        `${row.id}:${row.version}`,
        { kind: 'agreement', id: row.id },
        facts,
      ),
    ];
  });
}

const inForce = (row: AgreementInfo) => row.state === 'active' || row.state === 'notice_given';

/** The cap on units out at once, which the board can count; that of a day it cannot. */
function capsNear({ agreements, home }: Scene, picture: Picture): Condition[] {
  return (agreements ?? []).filter(inForce).flatMap((row) =>
    row.clauses
      .filter((clause) => clause.type === 'concurrent_cap')
      .flatMap((clause) => {
        const most = Number(clause['at_most']);
        const out = countOut(picture, row.id, home);
        if (!(most >= SMALLEST_CAP) || out < CAP_SHARE * most) return [];
        const facts = { title: row.title, out, at_most: most };
        const target = { kind: 'loans', id: row.id } as const;
        return [condition('cap_near', `${row.id}:${clause.id}`, target, facts)];
      }),
  );
}

/** Our units that are out under an agreement, or on offer. */
function countOut(picture: Picture, agreement: string, home: string | null): number {
  const out = [...picture.assignments.values()].filter(
    (row) => row.agreement === agreement && row.home === home && row.state !== 'ended',
  );
  const offered = [...picture.requests.values()].filter(
    (row) => row.agreement === agreement && row.lender === home && row.state === 'offered',
  );
  return out.length + offered.length;
}
