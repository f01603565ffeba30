import type { RequestRow } from '../wire/types';
import { mayTellNature, needWords, placeWords, requestSentence } from '../words/telephone';
import type { Board } from './board.svelte';

/** What to read out about a request that waits, to whoever is on the telephone at the other side. */
export function sayRequest(board: Board, request: RequestRow): string {
  const incident = board.picture?.incidents.get(request.incident);
  const sign = (unit: string) =>
    `${board.nameOf(request.lender)} ${board.shortSign(unit, request.lender)}`;
  return requestSentence(request, {
    us: board.home ? board.nameOf(board.home) : 'the',
    unit: sign(request.unit),
    insteadOf: request.instead_of ? sign(request.instead_of) : '',
    need: needWords(board.picture?.units.get(request.unit)?.unit_type),
    place: placeWords(incident?.address, request.lon, request.lat),
    agreement: board.agreementTitle(request.agreement),
    mayTellNature: mayTellNature(board.agreements, request),
  });
}
