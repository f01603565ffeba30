import { describe, expect, it } from 'vitest';
import type { AgreementInfo } from '../../src/wire/types';
import {
  mayTellNature,
  needWords,
  placeWords,
  requestSentence,
  type RequestFacts,
} from '../../src/words/telephone';
import { makeRequest } from '../make';

const FACTS: RequestFacts = {
  us: 'Harlow',
  unit: 'Cedar M126',
  insteadOf: '',
  need: '1 ALS ambulance',
  place: '12 Mill Lane',
  agreement: 'Harlow / Cedar',
  mayTellNature: true,
};
const asked = makeRequest({ direction: 'out', clauses: ['2.1', '3.1'] });

describe('what is read out to a lender whom nothing has reached', () => {
  it('is one sentence with all that it has to know', () => {
    expect(requestSentence(asked, FACTS)).toBe(
      'This is Harlow dispatch: we ask for Cedar M126 for our incident 26-000001, Stroke, priority 1, ' +
        'at 12 Mill Lane, we need 1 ALS ambulance, under the agreement Harlow / Cedar, version 1, ' +
        'clauses 2.1 and 3.1.',
    );
  });

  it('keeps the nature where the agreement withholds it', () => {
    const said = requestSentence(asked, { ...FACTS, mayTellNature: false });
    expect(said).not.toContain('Stroke');
    expect(said).toContain('26-000001, priority 1, at');
  });

  it('leaves out what nobody knows, and says no empty word', () => {
    const bare = { ...FACTS, need: '', place: '', agreement: '' };
    expect(requestSentence({ direction: 'out', incident_number: '26-1' }, bare)).toBe(
      'This is Harlow dispatch: we ask for Cedar M126 for our incident 26-1.',
    );
  });

  it('asks to stand by without a call', () => {
    const said = requestSentence({ ...asked, purpose: 'standby', clauses: ['2.1'] }, FACTS);
    expect(said).toContain(
      'we ask for Cedar M126 to stand by, our number 26-000001, at 12 Mill Lane',
    );
    expect(said).toContain('clause 2.1.');
    expect(said).not.toContain('priority');
  });

  it('offers another unit to a borrower', () => {
    const offer = makeRequest({ direction: 'in', offered_by_lender: true });
    const said = requestSentence(offer, { ...FACTS, us: 'Cedar', insteadOf: 'Cedar M125' });
    expect(said).toContain('we offer Cedar M126 instead of Cedar M125 for your incident 26-000001');
    expect(said).not.toContain('Stroke');
  });

  it('answers what the other side put', () => {
    expect(requestSentence(makeRequest({}), FACTS)).toContain(
      'we answer your request for Cedar M126',
    );
    const taken = makeRequest({ direction: 'out', offered_by_lender: true });
    expect(requestSentence(taken, FACTS)).toContain('we answer your offer of Cedar M126');
  });
});

describe('what it is made of', () => {
  it('a place is its address, else its degrees', () => {
    expect(placeWords(' 4 Elm St ', 1, 2)).toBe('4 Elm St');
    expect(placeWords('', -76.88421, 40.2)).toBe('40.2000 north, 76.8842 west');
    expect(placeWords(undefined, null, null)).toBe('');
  });

  it('a need is one unit of its type', () => {
    expect(needWords('als_ambulance')).toBe('1 ALS ambulance');
    expect(needWords(undefined)).toBe('');
  });

  it('a nature may be told where the very text is at hand and does not withhold it', () => {
    const text = (clauses: object[], version = 1) =>
      [{ id: 'harlow-cedar', version, clauses }] as unknown as AgreementInfo[];
    const withheld = { id: '8.1', type: 'data_sharing', withhold: ['call_nature'] };
    expect(mayTellNature(text([]), asked)).toBe(true);
    expect(mayTellNature(text([{ ...withheld, withhold: ['exact_position'] }]), asked)).toBe(true);
    expect(mayTellNature(text([withheld]), asked)).toBe(false);
    expect(mayTellNature(text([], 2), asked)).toBe(false);
    expect(mayTellNature(null, asked)).toBe(false);
  });
});
