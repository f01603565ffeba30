import { describe, expect, it } from 'vitest';
import { Receipts } from '../../src/board/receipts';
import type { Stage } from '../../src/wire/instead';
import { Problem } from '../../src/wire/problem';
import type { RequestRow } from '../../src/wire/types';
import { at, makeRequest } from '../make';

/** A server that answers what it is told to, and what it was sent. */
class Server {
  readonly sent: string[] = [];
  problem: Problem | null = null;

  send = (request: string, stage: Stage): Promise<unknown> => {
    this.sent.push(`${request} ${stage}`);
    return this.problem ? Promise.reject(this.problem) : Promise.resolve({});
  };
}

const rows = (...of: RequestRow[]) => new Map(of.map((row) => [row.id, row]));
const asked = makeRequest();
const settled = () => new Promise((done) => setTimeout(done, 0));

describe('a board gives its receipts by itself', () => {
  it('delivered when the row is there, seen when it is in view, each once', () => {
    const server = new Server();
    const receipts = new Receipts(server.send);
    receipts.hear(rows(asked));
    receipts.hear(rows(asked));
    expect(server.sent).toEqual(['r1 delivered']);
    receipts.saw(asked);
    receipts.saw(asked);
    receipts.hear(rows(asked));
    expect(server.sent).toEqual(['r1 delivered', 'r1 seen']);
  });

  it('one receipt for both where it is seen at once', () => {
    const server = new Server();
    const receipts = new Receipts(server.send);
    receipts.saw(asked);
    receipts.hear(rows(asked));
    expect(server.sent).toEqual(['r1 seen']);
  });

  it('none where another board of ours was sooner, and none for what is not ours to answer', () => {
    const server = new Server();
    const receipts = new Receipts(server.send);
    const out = makeRequest({ id: 'r2', direction: 'out' });
    receipts.hear(rows({ ...asked, delivered_at: at(0) }, out));
    expect(server.sent).toEqual([]);
  });

  it.each([0, 429, 503])('again with the next frame after %i', async (status) => {
    const server = new Server();
    const receipts = new Receipts(server.send);
    server.problem = new Problem(status, 'x', 'x');
    receipts.hear(rows(asked));
    await settled();
    server.problem = null;
    receipts.hear(rows(asked));
    receipts.hear(rows(asked));
    expect(server.sent).toEqual(['r1 delivered', 'r1 delivered']);
  });

  it.each([403, 404, 409])('never again after %i', async (status) => {
    const server = new Server();
    const receipts = new Receipts(server.send);
    server.problem = new Problem(status, 'x', 'x');
    receipts.hear(rows(asked));
    await settled();
    receipts.hear(rows(asked));
    expect(server.sent).toEqual(['r1 delivered']);
  });

  it('forgets what is gone: the same id would be another request', () => {
    const server = new Server();
    const receipts = new Receipts(server.send);
    receipts.saw(asked);
    receipts.hear(rows());
    receipts.hear(rows(asked));
    expect(server.sent).toEqual(['r1 seen', 'r1 delivered']);
  });
});
