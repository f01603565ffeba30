import type {
  Arrival,
  ArrivalPart,
  Crew,
  RuleName,
  SecondOpinion,
  UnitFigures,
} from '../wire/advice';
import type { Candidate, OwnUnit, Recommendation } from '../wire/types';
import { mmss } from './format';

export type Shown = Candidate | OwnUnit;

const RULES: Record<RuleName, string> = {
  fastest: 'life-threatening: the fastest',
  tie: 'as fast, and cheaper',
  boundary_drop: 'own would be late',
  own_kept: 'own unit in reach',
  own_first: 'own first while cover is green',
  least_cost: 'fewest late calls',
  call_order: "the agreement's order of call",
  plain: 'plain closest',
  rollout: 'simulated futures',
  nobody: 'nobody can come',
};

/** By which rule a unit is advised, in a few words. */
export const ruleName = (rule: RuleName): string =>
  RULES[rule] ?? String(rule).replaceAll('_', ' ');

/**
 * Own units and candidates in one list, as advised: the server's order; those that it did not weigh come
 * last, as they stood.
 */
export function inAdvisedOrder(found: Recommendation): Shown[] {
  const place = new Map(found.advice.order.map((row, index) => [row.unit, index]));
  const all: Shown[] = [...found.candidates, ...found.own];
  const rank = (unit: Shown) => place.get(unit.unit) ?? place.size;
  return all
    .map((unit, index) => ({ unit, index }))
    .sort((a, b) => rank(a.unit) - rank(b.unit) || a.index - b.index)
    .map(({ unit }) => unit);
}

/**
 * The first few in the advised order, and the best own unit at any rate: nobody decides on a neighbour's
 * without sight of the own. Each with its rank, from 1.
 */
export function shortList(order: readonly Shown[], most: number): { unit: Shown; rank: number }[] {
  const ranked = order.map((unit, index) => ({ unit, rank: index + 1 }));
  const own = ranked.find(({ unit }) => unit.permit === null);
  const first = ranked.slice(0, most);
  return !own || own.rank <= most ? first : [...first, own];
}

/** "9–12 min": what nine in ten arrivals are above and below, to whole minutes outwards. */
export function spread(arrival: Arrival | null): string {
  if (!arrival) return '';
  const low = Math.floor(arrival.low_seconds / 60);
  const high = Math.ceil(arrival.high_seconds / 60);
  return low === high ? `${low} min` : `${low}–${high} min`;
}

const PARTS: Record<ArrivalPart, string> = {
  asked: 'asking',
  freed: 'until free',
  chute: 'chute',
  drive: 'driving',
  learned: 'learned',
};

/** "asking 00:45 + chute 00:55 + driving 04:34". */
export function partsOf(arrival: Arrival | null): string {
  return (arrival?.parts ?? [])
    .map(({ code, seconds }, index) => {
      const sign = seconds < 0 ? '− ' : index ? '+ ' : '';
      return `${sign}${PARTS[code] ?? code} ${mmss(Math.abs(seconds))}`;
    })
    .join(' ');
}

/** Late calls to two places; what rounds to nothing but is not nothing says so. */
export function lateCalls(cost: number): string {
  if (cost !== 0 && Math.abs(cost) < 0.005) return cost > 0 ? '<0.01' : '>−0.01';
  return cost.toFixed(2).replace('-', '−');
}

/** What a unit's cost is made of, without the parts that are nothing. */
export function costParts(figures: UnitFigures): { name: string; cost: number }[] {
  return [
    { name: 'this call late', cost: figures.lateness },
    { name: 'cover lost at home', cost: figures.cover_loss },
    { name: 'asking for aid', cost: figures.aid_price },
    { name: 'balance of aid', cost: figures.ledger_price },
    { name: 'crew', cost: figures.crew_price },
  ].filter(({ cost }) => Math.abs(cost) >= 0.00005);
}

/** "counts 12 unit-hours lent more than borrowed, fading with time", where the agreement counts it; else nothing. */
export function givenWords({ given_hours: given }: UnitFigures): string {
  if (!given) return '';
  const hours = given.toFixed(given < 10 ? 1 : 0);
  return `counts ${hours} unit-hours lent more than borrowed, fading with time`;
}

/** "on duty 11 h · another crew goes first": what is known of a crew, or nothing. */
export function crewWords(crew: Crew | null): string {
  if (!crew) return '';
  const said = [];
  if (crew.on_duty_seconds !== null) said.push(`on duty ${hours(crew.on_duty_seconds)}`);
  if (crew.busy_seconds_last_12h >= 3600)
    said.push(`busy ${hours(crew.busy_seconds_last_12h)} of the last 12`);
  if (crew.another_first) said.push('another crew goes first');
  return said.join(' · ');
}

/** Whole hours downwards: nobody's shift is made longer than it is. */
const hours = (seconds: number) => `${Math.floor(seconds / 3600)} h`;

type NameOf = (unit: string) => string;

/** Whom a course means: "M4", "waiting for M4", "nobody". */
export function courseName(course: SecondOpinion['advised'], nameOf: NameOf): string {
  if (!course?.unit) return 'nobody';
  const sign = nameOf(course.unit);
  return course.course === 'hold' ? `waiting for ${sign}` : sign;
}

/**
 * "Simulated futures favour C-2: 0.04 ± 0.01 late calls less in 100 futures of 75 min; advised M-4". Only
 * for a disagreement; what is not one has the server's sentence.
 */
export function disagreement(said: SecondOpinion, nameOf: NameOf): string {
  const chosen = said.courses.find(
    (c) => c.course === said.opinion?.course && c.unit === said.opinion?.unit,
  );
  const saved = chosen
    ? `: ${(-chosen.difference).toFixed(3)} ± ${chosen.standard_error.toFixed(3)} late calls less`
    : '';
  const minutes = Math.round((said.horizon_seconds ?? 0) / 60);
  const played = said.futures ? ` in ${said.futures} futures of ${minutes} min` : '';
  const favoured = courseName(said.opinion, nameOf);
  return `Simulated futures favour ${favoured}${saved}${played}; advised ${courseName(said.advised, nameOf)}.`;
}

/** What the mark of an opinion is: agreement is quiet, a disagreement is seen, a fallback is in words. */
export function opinionKind(said: SecondOpinion | null): 'none' | 'agrees' | 'differs' | 'doubt' {
  if (said?.status !== 'given') return 'none';
  if (said.fallback) return 'doubt';
  return said.agrees ? 'agrees' : 'differs';
}
