import { expect, test } from 'vitest';
import { Keeping, type KeptRow } from '../../src/comforts/keeping';
import type { Chosen } from '../../src/comforts/preferences';
import { Problem } from '../../src/wire/problem';

/** A server that keeps one person's preferences as ours does, and may be away. */
class Server {
  row: KeptRow = { version: 0, preferences: {} };
  away = false;
  refuses = false;
  writes = 0;
  meanwhile: (() => void) | null = null;

  read = async (): Promise<KeptRow> => {
    if (this.away) throw new Problem(0, 'no_answer', 'gone');
    return this.row;
  };

  write = async (preferences: Chosen, version: number): Promise<KeptRow> => {
    this.writes += 1;
    this.meanwhile?.();
    this.meanwhile = null;
    if (this.away) throw new Problem(0, 'no_answer', 'gone');
    if (this.refuses) throw new Problem(422, 'invalid', 'no such key');
    if (version !== this.row.version) throw new Problem(409, 'stale_version', 'stale');
    return (this.row = { version: version + 1, preferences: { ...preferences } });
  };
}

class Computer {
  memory: string | null = null;
  seen: Chosen = {};
  saved = true;

  constructor(private readonly server: Server) {}

  open(): Keeping {
    return new Keeping({
      read: this.server.read,
      write: this.server.write,
      remember: (text) => (this.memory = text),
      recall: () => this.memory,
      onChange: (chosen, saved) => ([this.seen, this.saved] = [chosen, saved]),
    });
  }
}

test('a change holds at once and is on the next console', async () => {
  const server = new Server();
  const [here, there] = [new Computer(server), new Computer(server)];
  const keeping = here.open();
  keeping.change({ font_percent: 130 });
  expect([here.seen, here.saved]).toEqual([{ font_percent: 130 }, false]);
  await keeping.sync();
  expect([here.seen, here.saved]).toEqual([{ font_percent: 130 }, true]);
  await there.open().sync();
  expect(there.seen).toEqual({ font_percent: 130 });
});

test('without the server this computer keeps it, over a reload, until the server is back', async () => {
  const server = new Server();
  const computer = new Computer(server);
  server.away = true;
  const before = computer.open();
  before.change({ theme: 'light' });
  await before.sync();
  expect(computer.saved).toBe(false);

  const after = computer.open();
  expect([after.held, after.saved]).toEqual([{ theme: 'light' }, false]);
  server.away = false;
  await after.sync();
  expect(after.saved).toBe(true);
  expect(server.row.preferences).toEqual({ theme: 'light' });
});

test('two consoles that change different things keep both; of the same the later word holds', async () => {
  const server = new Server();
  const [one, two] = [new Computer(server).open(), new Computer(server).open()];
  await one.sync();
  await two.sync();
  one.change({ theme: 'light', font_percent: 110 });
  await one.sync();
  two.change({ font_percent: 140, single_keys: false });
  await two.sync();
  expect(server.row.preferences).toEqual({
    theme: 'light',
    font_percent: 140,
    single_keys: false,
  });
});

test('a change that another console overtakes on the way is made again from what that one kept', async () => {
  const server = new Server();
  const keeping = new Computer(server).open();
  keeping.change({ font_percent: 140 });
  server.meanwhile = () => (server.row = { version: 1, preferences: { theme: 'light' } });
  await keeping.sync();
  expect(server.row.preferences).toEqual({ theme: 'light', font_percent: 140 });
  expect([server.writes, keeping.saved]).toEqual([2, true]);
});

test('what is changed again while the first change is under way is kept too', async () => {
  const server = new Server();
  const keeping = new Computer(server).open();
  keeping.change({ font_percent: 120 });
  server.meanwhile = () => keeping.change({ font_percent: 130 });
  await keeping.sync();
  expect(keeping.held).toEqual({ font_percent: 130 });
  expect(server.row.preferences).toEqual({ font_percent: 130 });
});

test('the default again is kept as no choice at all', async () => {
  const server = new Server();
  server.row = { version: 3, preferences: { theme: 'light', font_percent: 120 } };
  const keeping = new Computer(server).open();
  keeping.change({ theme: null });
  await keeping.sync();
  expect(server.row.preferences).toEqual({ font_percent: 120 });
});

test('a server that knows these keys otherwise is not asked for ever', async () => {
  const server = new Server();
  server.refuses = true;
  const computer = new Computer(server);
  const keeping = computer.open();
  keeping.change({ theme: 'light' });
  await keeping.sync();
  expect([server.writes, keeping.saved, computer.seen]).toEqual([1, true, {}]);
});

test('another window of this computer changes what is seen here', () => {
  const server = new Server();
  const [here, other] = [new Computer(server), new Computer(server)];
  const keeping = here.open();
  other.open().change({ font_percent: 150 });
  keeping.hear(other.memory);
  expect(here.seen).toEqual({ font_percent: 150 });
});

test('a memory that a hand has written is as if nothing were there', () => {
  const computer = new Computer(new Server());
  for (const text of ['{', '[]', '7', '{"chosen": 4, "changes": [], "version": "x"}']) {
    computer.memory = text;
    expect(computer.open().held).toEqual({});
  }
});
