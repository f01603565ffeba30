import { expect, test } from 'vitest';
import { Api, listOf } from '../../src/wire/api';
import { heldUnit, Problem } from '../../src/wire/problem';

interface Asked {
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

function makeApi(answers: (Response | 'lost')[]): { api: Api; asked: Asked[] } {
  const asked: Asked[] = [];
  let keys = 0;
  const send = async (path: unknown, init?: RequestInit): Promise<Response> => {
    asked.push({
      path: String(path),
      headers: init?.headers as Record<string, string>,
      body: init?.body ? JSON.parse(String(init.body)) : null,
    });
    const answer = answers.shift();
    if (!answer || answer === 'lost') throw new TypeError('network');
    return answer;
  };
  const api = new Api(
    send as typeof fetch,
    () => `key-${(keys += 1)}`,
    async () => undefined,
  );
  api.csrf = 'token';
  return { api, asked };
}

const ok = (body: unknown) => Response.json(body);

test('a command carries the session’s token and its own key', async () => {
  const { api, asked } = makeApi([ok({})]);
  await api.accept('req 1', 3);
  expect(asked[0]?.path).toBe('/api/requests/req%201/accept');
  expect(asked[0]?.headers['X-CSRF-Token']).toBe('token');
  expect(asked[0]?.headers['Idempotency-Key']).toBe('key-1');
  expect(asked[0]?.body).toEqual({ expected_version: 3 });
});

test('a command whose answer was lost is asked again under the same key', async () => {
  const { api, asked } = makeApi(['lost', 'lost', ok({ id: 'r' })]);
  await api.withdraw('r', 1);
  expect(asked.map((a) => a.headers['Idempotency-Key'])).toEqual(['key-1', 'key-1', 'key-1']);
});

test('after three lost answers nobody claims to know what happened', async () => {
  const { api, asked } = makeApi([]);
  const failure = await api.release('a', 1).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Problem);
  expect((failure as Problem).unconfirmed).toBe(true);
  expect(asked).toHaveLength(3);
});

test('while the board is not live nothing is ordered, by whichever door', async () => {
  const { api, asked } = makeApi([]);
  api.refusal = () => 'not sent: no connection';
  const doors = [
    () => api.accept('r', 1),
    () => api.setStatus('u', 'available', 1),
    () => api.post('/api/agreements/check', {}),
    () => api.put('/api/agreements/a/draft', {}),
    () => api.delete('/api/agreements/a/draft'),
  ];
  for (const door of doors) {
    const failure = (await door().catch((error: unknown) => error)) as Problem;
    expect([failure.code, failure.message]).toEqual(['not_sent', 'not sent: no connection']);
    expect(failure.unconfirmed, 'it is known that nothing was done').toBe(false);
  }
  expect(asked).toEqual([]);
});

test('what is read, who signs in or out, and the way back are open all the same', async () => {
  const { api, asked } = makeApi([ok({}), ok({}), ok({}), ok({}), ok({})]);
  api.refusal = () => 'not sent';
  await api.me();
  await api.signIn('ana', 'secret');
  await api.boardTicket();
  await api.put('/api/me/preferences', {});
  await api.signOut();
  expect(asked).toHaveLength(5);
});

test('a command that was under way when the connection went is not called "not sent"', async () => {
  const { api, asked } = makeApi([]);
  const accepting = api.accept('r', 1).catch((error: unknown) => error);
  api.refusal = () => 'not sent';
  expect(((await accepting) as Problem).unconfirmed).toBe(true);
  expect(asked).toHaveLength(3);
});

test('a refusal is final: it is not asked again', async () => {
  const body = { code: 'stale_version', message: 'old', details: { current: 4 }, trace: 'x' };
  const { api, asked } = makeApi([Response.json(body, { status: 409 })]);
  const failure = (await api.accept('r', 3).catch((error: unknown) => error)) as Problem;
  expect(failure.code).toBe('stale_version');
  expect(asked).toHaveLength(1);
});

test('an answer that is no problem document still becomes a problem', async () => {
  const { api } = makeApi([new Response('<html>', { status: 502 })]);
  const failure = (await api.me().catch((error: unknown) => error)) as Problem;
  expect([failure.status, failure.code]).toEqual([502, 'error']);
});

test('a lost race names the holder and the next best units', () => {
  const details = { unit_id: 'm1', holder: 'cedar', since: null, alternatives: ['m2'] };
  expect(heldUnit(new Problem(409, 'unit_committed', '', details))).toEqual({
    unit: 'm1',
    holder: 'cedar',
    since: null,
    alternatives: ['m2'],
  });
  expect(heldUnit(new Problem(409, 'stale_version', ''))).toBeNull();
});

test('a list may come bare or inside an object', () => {
  expect(listOf([1])).toEqual([1]);
  expect(listOf({ incidents: [1, 2] })).toEqual([1, 2]);
  expect(listOf(null)).toEqual([]);
});
