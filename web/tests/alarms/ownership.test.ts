import { expect, test } from 'vitest';
import { Ownership } from '../../src/alarms/ownership';

type Held = { name: string; free: () => void; lose: () => void };

/** Locks of one computer, as browsers keep them: one holder, a queue, and stealing. */
class Locks {
  held: Held | null = null;
  queue: (() => void)[] = [];

  request = (name: string, options: LockOptions, hold: () => Promise<void>) =>
    new Promise<void>((done, fail) => {
      const take = () => {
        const mine: Held = {
          name,
          lose: () => fail(new DOMException('stolen', 'AbortError')),
          free: () => {
            if (this.held === mine) this.held = null;
            done();
            if (!this.held) this.queue.shift()?.();
          },
        };
        this.held = mine;
        void hold().then(mine.free);
      };
      options.signal?.addEventListener('abort', () => {
        this.queue = this.queue.filter((each) => each !== take);
        fail(new DOMException('gave up', 'AbortError'));
      });
      if (options.steal) {
        this.held?.lose();
        take();
      } else if (this.held) this.queue.push(take);
      else take();
    });

  query = async () => ({ held: this.held ? [{ name: this.held.name }] : [], pending: [] });
}

const settle = () => new Promise((done) => setTimeout(done));
const window = (locks: Locks) => new Ownership('sound', locks as unknown as LockManager, () => {});

test('one window has it, and the next gets it when that one closes', async () => {
  const locks = new Locks();
  const [a, b] = [window(locks), window(locks)];
  a.claim();
  b.claim();
  b.claim();
  await b.look();
  expect([a.owns, b.owns, b.ownedElsewhere]).toEqual([true, false, true]);
  a.end();
  await settle();
  expect([a.owns, b.owns, b.ownedElsewhere]).toEqual([false, true, false]);
});

test('a window that takes it leaves the other in the queue', async () => {
  const locks = new Locks();
  const [a, b] = [window(locks), window(locks)];
  a.claim();
  b.claim();
  b.take();
  await settle();
  expect([a.owns, b.owns, a.ownedElsewhere]).toEqual([false, true, true]);
  b.end();
  await settle();
  expect(a.owns).toBe(true);
});

test('a window that gives it back may ask again', async () => {
  const locks = new Locks();
  const a = window(locks);
  a.claim();
  a.release();
  await settle();
  expect([a.owns, locks.held]).toEqual([false, null]);
  a.claim();
  expect(a.owns).toBe(true);
});

test('where the browser has no locks every window has it', () => {
  const alone = new Ownership('sound', undefined, () => {});
  alone.claim();
  expect(alone.owns).toBe(true);
  alone.end();
  expect(alone.owns).toBe(false);
});
