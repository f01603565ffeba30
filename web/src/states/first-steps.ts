import { serviceOf, type Picture } from '../picture/picture';
import type { Role } from '../wire/types';

/** What a board lacks before anybody can work with it. */
export type Lack = 'units' | 'feeds' | 'agreements';

export interface FirstStep {
  lack: Lack;
  /** What is so, and why that matters. */
  what: string;
  /** What to do next, and who. */
  next: string;
}

/** A feed is expected within a minute of the service's start. */
export const FEED_GRACE_S = 60;

/** What is not there yet, each with what to do next: an empty list alone does not say which it is. */
export function firstSteps(
  picture: Pick<Picture, 'units' | 'feeds' | 'covers' | 'service'>,
  { home, name, role, now }: { home: string | null; name: string; role: Role; now: number },
): FirstStep[] {
  if (home === null) return [];
  const steps: FirstStep[] = [];
  const own = [...picture.units.values()].filter((unit) => unit.own);
  const feeds = [...picture.feeds.values()].filter((feed) => feed.own);
  if (!own.length) {
    steps.push({
      lack: 'units',
      what: `No unit of ${name} is registered: there is nothing to send or to lend.`,
      next: "An operator builds the region again with the agency's fleet (dispatch region build).",
    });
  } else if (!feeds.length && isUp(picture, now)) {
    steps.push({
      lack: 'feeds',
      what: `No feed of ${name} reports: statuses are only what people set, and positions are missing.`,
      next: `An operator makes a key (dispatch key add CAD --jurisdiction ${home}) and gives it to the feed.`,
    });
  }
  // Others than the desk see no partner's cover, so from it they could not tell.
  const isDesk = role === 'dispatcher' || role === 'supervisor';
  if (isDesk && ![...picture.covers.keys()].some((id) => id !== home)) {
    steps.push({
      lack: 'agreements',
      what: 'No agreement with a neighbour is in force: nobody can be asked for a unit here.',
      next: 'An administrator drafts one on the page Agreements; until both have signed, telephone.',
    });
  }
  return steps;
}

function isUp(picture: Pick<Picture, 'service'>, now: number): boolean {
  const service = serviceOf(picture);
  return service !== null && now - Date.parse(service.started_at) > FEED_GRACE_S * 1000;
}
