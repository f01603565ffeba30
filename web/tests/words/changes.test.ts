import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/picture/changes';
import { changeSentence } from '../../src/words/changes';
import type { RequestRow } from '../../src/wire/types';
import {
  makeAssignment,
  makeClosure,
  makeCover,
  makeFeed,
  makeIncident,
  makeRequest,
  makeUnit,
  makeWaiver,
} from '../make';

const names = {
  nameOf: (id: string) => id[0]!.toUpperCase() + id.slice(1),
  callSign: (id: string) => id.toUpperCase(),
};
const say = (change: Change) => changeSentence(change, names);
const request = (row: Partial<RequestRow>, what: 'came' | 'changed' | 'gone' = 'changed') =>
  say({ kind: 'request', what, row: makeRequest(row) });

describe('a change in words', () => {
  it('says of a request who asks whom, and what became of it', () => {
    expect(request({}, 'came')).toBe('Cedar asks for U1');
    expect(request({ direction: 'out', lender: 'elm' }, 'came')).toBe('Elm was asked for U1');
    expect(request({ state: 'accepted' })).toBe('We have accepted Cedar U1');
    const sent = { direction: 'out', lender: 'elm' } as const;
    expect(request({ ...sent, state: 'declined', reason: 'weather' })).toBe(
      'Elm has declined U1 (weather or roads)',
    );
    expect(request({ ...sent, state: 'expired' })).toBe('Elm did not answer for U1');
    expect(request({ state: 'expired' })).toBe('Nobody here answered Cedar for U1');
    expect(request({ state: 'withdrawn' })).toBe('Cedar withdrew its request for U1');
    expect(request({}, 'gone')).toBe('The request for U1 between us and Cedar is over');
  });

  it('says of another unit that is offered who offers it, and who takes it', () => {
    const theirs = { direction: 'out', lender: 'elm', offered_by_lender: true } as const;
    const ours = { direction: 'in', offered_by_lender: true } as const;
    expect(request(theirs, 'came')).toBe('Elm offers U1 instead');
    expect(request(ours, 'came')).toBe('We offered Cedar U1 instead');
    expect(request({ ...theirs, state: 'accepted' })).toBe('We have accepted Elm U1');
    expect(request({ ...ours, state: 'accepted' })).toBe('Cedar has accepted U1');
    const back = { state: 'declined', reason: 'offer_withdrawn' } as const;
    expect(request({ ...theirs, ...back })).toBe('Elm offers U1 no more');
    expect(request({ ...ours, ...back })).toBe('We offer U1 no more');
    expect(request(theirs, 'gone')).toBe('The offer of U1 between us and Elm is over');
  });

  it('says who was, and what it is now', () => {
    expect(say({ kind: 'status', row: makeUnit({ status: 'on_scene' }), from: 'available' })).toBe(
      'M1 is on scene (was available)',
    );
    expect(say({ kind: 'priority', row: makeIncident(), from: 'emergent' })).toBe(
      '26-000001 is now P1 (was P2)',
    );
    expect(say({ kind: 'cover', row: makeCover({ state: 'red' }), from: 'green' })).toBe(
      'Harlow is overwhelmed (was covered)',
    );
  });

  it('has a sentence for everything else', () => {
    expect(say({ kind: 'incident', what: 'opened', row: makeIncident() })).toBe(
      '26-000001 was opened: P1 Stroke',
    );
    expect(say({ kind: 'assignment', what: 'recalled', row: makeAssignment() })).toBe(
      'U1 was called back from 26-000001',
    );
    expect(say({ kind: 'statuses', jurisdiction: 'cedar', count: 1 })).toBe(
      '1 unit of Cedar changed status',
    );
    expect(say({ kind: 'partner', what: 'gone', jurisdiction: 'cedar' })).toBe(
      'Cedar is no partner any more',
    );
    expect(say({ kind: 'closure', what: 'came', row: makeClosure() })).toBe(
      'Cedar lends nothing for now: Storm',
    );
    expect(say({ kind: 'waiver', what: 'came', row: makeWaiver() })).toBe(
      'Harlow asks to waive clause 3.1 for U1',
    );
    expect(say({ kind: 'feed', row: makeFeed({ state: 'silent' }) })).toBe(
      'Feed AVL Harlow is silent',
    );
    const loss = {
      kind: 'service',
      loss: 'roads_missing',
      sentence: 'Roads are missing.',
    } as const;
    expect(say({ ...loss, what: 'lost' })).toBe('Roads are missing');
    expect(say({ ...loss, what: 'found' })).toBe('Found again: roads missing');
  });
});
