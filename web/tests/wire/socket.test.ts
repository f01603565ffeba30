import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../../src/wire/problem';
import { backoffMs, BoardSocket, SILENCE_MS, type Link, type Resume } from '../../src/wire/socket';
import type { Frame } from '../../src/wire/types';
import { at, makeSnapshot } from '../make';

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: string[] = [];
  closed = false;
  send = (text: string) => void this.sent.push(text);
  close = () => void (this.closed = true);
  say = (frame: Frame) => this.onmessage?.({ data: JSON.stringify(frame) });
}

let sockets: FakeSocket[];
let links: Link[];
let frames: Frame[];
let resume: Resume | null;

const newest = () => sockets.at(-1)!;
const state = () => links.at(-1)?.state;

function makeSocket(ticket: () => Promise<string> = async () => 't1'): BoardSocket {
  return new BoardSocket({
    url: 'ws://board',
    ticket,
    resume: () => resume,
    onFrame: (frame) => frames.push(frame),
    onLink: (link) => links.push(link),
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    random: () => 0.5,
    monotonic: () => Date.now(),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  [sockets, links, frames, resume] = [[], [], [], null];
});
afterEach(() => void vi.useRealTimers());

async function live(): Promise<BoardSocket> {
  const socket = makeSocket();
  socket.start();
  await vi.advanceTimersByTimeAsync(0);
  newest().onopen?.();
  newest().say(makeSnapshot());
  return socket;
}

test('the first frame carries the ticket and where this board stopped', async () => {
  resume = { epoch: 'e1', seq: 7 };
  makeSocket().start();
  await vi.advanceTimersByTimeAsync(0);
  newest().onopen?.();
  expect(JSON.parse(newest().sent[0]!)).toEqual({ type: 'hello', ticket: 't1', resume });
});

test('the link is live only after rows have come, not after a beat', async () => {
  makeSocket().start();
  await vi.advanceTimersByTimeAsync(0);
  newest().say({ type: 'beat', now: at(0), seq: 1 });
  expect(state()).toBe('connecting');
  newest().say(makeSnapshot());
  expect(state()).toBe('live');
});

test('silence is told as lost within five seconds', async () => {
  await live();
  await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
  expect(state()).toBe('live');
  await vi.advanceTimersByTimeAsync(1);
  expect(SILENCE_MS).toBeLessThan(5000);
  expect(state()).toBe('lost');
});

test('beats keep the link alive', async () => {
  await live();
  for (let i = 0; i < 10; i += 1) {
    await vi.advanceTimersByTimeAsync(2000);
    newest().say({ type: 'beat', now: at(i), seq: 1 });
  }
  expect(state()).toBe('live');
});

test('after a loss the board comes back by itself and says that it resyncs', async () => {
  await live();
  newest().onclose?.({ code: 1012 });
  expect(state()).toBe('lost');
  await vi.advanceTimersByTimeAsync(1000);
  expect(sockets).toHaveLength(2);
  expect(state()).toBe('resyncing');
  newest().say(makeSnapshot());
  expect(state()).toBe('live');
});

test('frames of an old socket are not heard any more', async () => {
  await live();
  const old = newest();
  old.onclose?.({ code: 1013 });
  old.say(makeSnapshot({ seq: 99 }));
  expect(frames).toHaveLength(1);
});

test('4401 ends it only if the door says so too: a restarted server knows no ticket of before', async () => {
  let session = true;
  const ticket = async () => {
    if (!session) throw new Problem(401, 'unauthenticated', '');
    return 't';
  };
  makeSocket(ticket).start();
  await vi.advanceTimersByTimeAsync(0);
  newest().onclose?.({ code: 4401 });
  await vi.advanceTimersByTimeAsync(600);
  expect(sockets).toHaveLength(2);
  session = false;
  newest().onclose?.({ code: 4401 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state()).toBe('signed_out');
  expect(sockets).toHaveLength(2);
});

test('a door that does not answer at all is given up after a while, and said to be lost', async () => {
  makeSocket(() => new Promise(() => {})).start();
  await vi.advanceTimersByTimeAsync(5_900);
  expect(state()).toBe('connecting');
  await vi.advanceTimersByTimeAsync(200);
  expect(state()).toBe('lost');
});

test('whoever is in a hurry while a ticket is on its way gets one socket, not two', async () => {
  let give: (ticket: string) => void = () => {};
  const socket = makeSocket(() => new Promise((done) => (give = done)));
  socket.start();
  socket.retryNow();
  give('t1');
  await vi.advanceTimersByTimeAsync(0);
  expect(sockets).toHaveLength(1);
});

test('a ticket that comes too late opens nothing', async () => {
  const late: ((ticket: string) => void)[] = [];
  makeSocket(() => new Promise((done) => late.push(done))).start();
  await vi.advanceTimersByTimeAsync(8_000);
  expect(late.length).toBeGreaterThan(1);
  late[0]!('t0');
  await vi.advanceTimersByTimeAsync(0);
  expect(sockets).toHaveLength(0);
});

test('after 4401 nothing is live until the door has answered', async () => {
  let answers = true;
  const ticket = () => (answers ? Promise.resolve('t1') : new Promise<string>(() => {}));
  makeSocket(ticket).start();
  await vi.advanceTimersByTimeAsync(0);
  newest().onopen?.();
  newest().say(makeSnapshot());
  answers = false;
  newest().onclose?.({ code: 4401 });
  expect(state()).toBe('resyncing');
  await vi.advanceTimersByTimeAsync(6_100);
  expect(state()).toBe('lost');
});

test('a ticket refused with 401 means signed out; any other failure is retried', async () => {
  makeSocket(async () => Promise.reject(new Problem(401, 'unauthenticated', ''))).start();
  await vi.advanceTimersByTimeAsync(0);
  expect(state()).toBe('signed_out');

  let asked = 0;
  makeSocket(async () => {
    asked += 1;
    throw new Problem(0, 'no_answer', '');
  }).start();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toBeGreaterThan(2);
});

test('pauses grow, differ by chance and stay below five seconds', () => {
  expect(backoffMs(0, () => 1)).toBeLessThan(backoffMs(3, () => 1));
  expect(backoffMs(3, () => 0.1)).not.toBe(backoffMs(3, () => 0.9));
  expect(backoffMs(1000, () => 1)).toBeLessThan(5000);
});
