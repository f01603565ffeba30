import type { Fix } from '../picture/picture';
import type { Recommendation } from '../wire/types';
import { inAdvisedOrder } from '../words/advice';
import { eta } from '../words/format';
import type { Hints } from './names';

interface Known {
  adviceOf: (incident: string) => Recommendation | null;
  /** Where units and incidents are. */
  fixes: ReadonlyMap<string, Pick<Fix, 'lon' | 'lat'>>;
  incidents: ReadonlyMap<string, { lon: number; lat: number }>;
}

interface Advised {
  rank: number;
  eta: string;
}

/** So far behind every advised unit stand the others: the nearest as the crow flies first. */
const NOT_ADVISED = 1000;

/** What the newest advice says of units; worked out once for a whole list of them. */
export function makeHints({ adviceOf, fixes, incidents }: Known): Hints {
  const known = new Map<string, Map<string, Advised>>();
  const of = (unit: string, incident: string | null): Advised | undefined => {
    if (incident === null) return undefined;
    let advised = known.get(incident);
    if (!advised) known.set(incident, (advised = advisedBy(adviceOf(incident))));
    return advised.get(unit);
  };
  return {
    etaOf: (unit, incident) => of(unit, incident)?.eta ?? '',
    rankOf: (unit, incident) => {
      const advised = of(unit, incident);
      if (advised) return advised.rank;
      const [here, there] = [fixes.get(unit), incidents.get(incident ?? '')];
      return here && there ? NOT_ADVISED + degreesBetween(here, there) : null;
    },
  };
}

function advisedBy(advice: Recommendation | null): Map<string, Advised> {
  return new Map(
    (advice ? inAdvisedOrder(advice) : []).map((one, index) => {
      const estimated = one.eta_basis === 'straight_line' || ('estimate' in one && one.estimate);
      // The same figure as on its card: with the time that asking takes.
      const seconds = one.arrival?.expected_seconds ?? one.eta_seconds;
      return [one.unit, { rank: index + 1, eta: `ETA ${eta(seconds, estimated)}` }];
    }),
  );
}

type Point = Pick<Fix, 'lon' | 'lat'>;

/** In degrees of latitude; right enough to say which of two is nearer. */
function degreesBetween(a: Point, b: Point): number {
  const wide = Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot((a.lon - b.lon) * wide, a.lat - b.lat);
}
