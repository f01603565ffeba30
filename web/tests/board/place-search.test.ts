import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findOnlyPlace, stepIn, wantsOutside, withOutside } from '../../src/board/place-list';
import { PlaceSearch, type LonLat } from '../../src/board/place-search.svelte';
import { makeAnswer, makePlace, makePoint } from '../make-places';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

type Answer = (value: unknown) => void;

/** A server whose answers come when and in what order the test says. */
function makeServer() {
  const asked: { path: string; answer: Answer; fail: Answer }[] = [];
  const get = <T>(path: string) =>
    new Promise<T>((answer, fail) => asked.push({ path, answer: answer as Answer, fail }));
  const pins: (LonLat | null)[] = [];
  const search = new PlaceSearch({ get }, (pin) => pins.push(pin));
  const rest = (ms = 1000) => vi.advanceTimersByTimeAsync(ms);
  return { asked, pins, search, rest };
}

const elm = makePlace({ name: 'Elm Street' });
const oak = makePlace({ name: 'Oak Lane', lon: 9.5, match: 'begins' });

test('what is typed is asked for once the hands rest, and listed', async () => {
  const { asked, search, rest } = makeServer();
  for (const text of ['el', 'elm', 'elm s']) search.typed(text);
  await rest();
  expect(asked.map(({ path }) => path)).toEqual(['/api/places?q=elm+s']);
  asked[0]!.answer(makeAnswer([elm, oak]));
  await rest();
  expect([search.open, search.active, search.note]).toEqual([true, -1, '2 places found.']);
});

test('an answer that was overtaken by more typing is dropped', async () => {
  const { asked, search, rest } = makeServer();
  search.typed('elm');
  await rest();
  search.typed('oak');
  await rest();
  asked[1]!.answer(makeAnswer([oak]));
  await rest();
  asked[0]!.answer(makeAnswer([elm]));
  await rest();
  expect(search.rows).toEqual([oak]);
});

test('choosing sets the pin, the text and the address, and asks whose the place is', async () => {
  const { asked, pins, search, rest } = makeServer();
  search.typed('oak');
  await rest();
  asked[0]!.answer(makeAnswer([elm, oak]));
  await rest();
  search.choose(oak);
  await rest();
  expect([search.text, search.address, search.open]).toEqual([
    'Oak Lane',
    'Oak Lane, Harlow',
    false,
  ]);
  expect(pins).toEqual([{ lon: 9.5, lat: 47 }]);
  expect(asked[1]!.path).toBe('/api/places/at?lon=9.5&lat=47');
  asked[1]!.answer(makePoint({ address: 'somewhere else' }));
  await rest();
  expect(search.address).toBe('Oak Lane, Harlow');
  expect(search.point?.jurisdiction).toBe('harlow');
});

test('changed text forgets the point: an old pin never goes with a new text', async () => {
  const { pins, search } = makeServer();
  search.choose(elm);
  search.typed('Elm Street 1');
  expect([search.pin, search.chosen, search.point, search.address]).toEqual([null, null, null, '']);
  expect(pins.at(-1)).toBeNull();
});

test('longitude and latitude are a point at once, and nothing is searched', async () => {
  const { asked, search, rest } = makeServer();
  search.typed('-141.06, 41');
  expect(search.pin).toEqual({ lon: -141.06, lat: 41 });
  await rest();
  expect(asked.map(({ path }) => path)).toEqual(['/api/places/at?lon=-141.06&lat=41']);
  asked[0]!.answer(makePoint());
  await rest();
  expect([search.text, search.address]).toEqual(['-141.06, 41', 'Elm Street / Oak Lane']);
});

test('a click on the map fills text and address by what is there', async () => {
  const { asked, search, rest } = makeServer();
  search.picked({ lon: 9, lat: 47 });
  expect(search.text).toBe('9.00000, 47.00000');
  await rest();
  asked[0]!.answer(makePoint());
  await rest();
  expect([search.text, search.address]).toEqual(['Elm Street / Oak Lane', 'Elm Street / Oak Lane']);
});

test('a click on the map moves the pin of an unknown number and keeps its address', async () => {
  const { asked, search, rest } = makeServer();
  search.text = '99 elm street';
  search.choose(makePlace({ without_number: '99' }));
  expect([search.text, search.address]).toEqual(['99 elm street', '99 elm street']);
  search.picked({ lon: 9.1, lat: 47 });
  await rest();
  asked[0]!.answer(makePoint());
  await rest();
  expect([search.text, search.address, search.pin?.lon]).toEqual([
    '99 elm street',
    '99 elm street',
    9.1,
  ]);
});

test('an address that was typed meanwhile is not overwritten', async () => {
  const { asked, search, rest } = makeServer();
  search.picked({ lon: 9, lat: 47 });
  search.address = 'behind the mill';
  await rest();
  asked[0]!.answer(makePoint());
  await rest();
  expect(search.address).toBe('behind the mill');
});

test('Enter finds the one place that was meant, without waiting', async () => {
  const { asked, search, rest } = makeServer();
  search.typed('elm street');
  const found = search.resolve();
  asked[0]!.answer(makeAnswer([elm, oak]));
  expect(await found).toEqual({ lon: 9, lat: 47 });
  await rest();
  expect(asked.map(({ path }) => path.split('?')[0])).toEqual(['/api/places', '/api/places/at']);
});

test('Enter on what may be several places opens the list and says so', async () => {
  const { asked, search } = makeServer();
  search.typed('elm');
  const found = search.resolve();
  asked[0]!.answer(makeAnswer([elm, { ...elm, lon: 8 }]));
  expect(await found).toBeNull();
  expect([search.open, search.active]).toEqual([true, 0]);
  expect(search.note).toContain('may be 2 places');
});

test('a search that fails says why and leaves the text', async () => {
  const { asked, search } = makeServer();
  search.typed('elm');
  const found = search.resolve();
  asked[0]!.fail(new Error('The server did not answer'));
  expect(await found).toBeNull();
  expect([search.text, search.note]).toEqual(['elm', 'The server did not answer']);
});

test('the geocoder outside is asked when our own names do not have it, and adds below', async () => {
  const { asked, search, rest } = makeServer();
  search.typed('oak clinic');
  await rest(200);
  asked[0]!.answer(makeAnswer([oak], { outside: 'not_asked' }));
  await rest();
  search.step(1);
  expect(asked[1]!.path).toBe('/api/places?q=oak+clinic&outside=true');
  const clinic = makePlace({ name: 'Oak Clinic', outside: true });
  asked[1]!.answer(makeAnswer([clinic, oak], { outside: 'answered' }));
  await rest();
  expect(search.rows).toEqual([oak, clinic]);
  expect(search.active).toBe(0);
});

test('arrow keys go through the list and the text, and open a closed list', () => {
  expect([stepIn(3, -1, 1), stepIn(3, 2, 1), stepIn(3, -1, -1), stepIn(0, -1, 1)]).toEqual([
    0, -1, 2, -1,
  ]);
  const { search } = makeServer();
  search.rows = [elm, oak];
  search.step(-1);
  expect([search.open, search.active]).toEqual([true, 1]);
});

test('outside is worth asking only where it is there and our own names fall short', () => {
  const answer = (match: 'exact' | 'begins', outside: 'off' | 'not_asked', number = '') =>
    makeAnswer([makePlace({ match, without_number: number })], { outside });
  expect(wantsOutside(answer('begins', 'not_asked'), 'clinic')).toBe(true);
  expect(wantsOutside(answer('exact', 'not_asked', '99'), '99 elm')).toBe(true);
  expect(wantsOutside(answer('exact', 'not_asked'), 'clinic')).toBe(false);
  expect(wantsOutside(answer('begins', 'off'), 'clinic')).toBe(false);
  expect(wantsOutside(answer('begins', 'not_asked'), 'cl')).toBe(false);
});

test('ten rows stay ten, whoever adds to them', () => {
  const shown = Array.from({ length: 10 }, () => oak);
  expect(withOutside(shown, makeAnswer([makePlace({ outside: true })]))).toEqual(shown);
});

test('the command line gets the one place, or none', async () => {
  const only = (rows: ReturnType<typeof makePlace>[]) =>
    findOnlyPlace({ get: async <T>() => makeAnswer(rows) as T })('elm');
  expect(await only([elm, oak])).toEqual([{ name: 'Elm Street, Harlow', lon: 9, lat: 47 }]);
  expect(await only([elm, elm])).toEqual([]);
});
