import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { TraceList as List } from '../../../packages/loom/app/traces/list.js';
import type { TracePage } from '../../../packages/loom/src/dashboard/contract/traces.js';

let TraceList: typeof List;

/** Pending requests, in order. */
const asked: { readonly address: string; answer(page: Partial<TracePage>): void }[] = [];

beforeAll(async () => {
  vi.stubGlobal('document', { getElementById: () => null, querySelector: () => null });
  vi.stubGlobal('fetch', (address: string) => {
    return new Promise((resolve) => {
      asked.push({
        address,
        answer: (page) => resolve(Response.json({ rows: [], total: 0, more: false, next: null, ...page })),
      });
    });
  });
  ({ TraceList } = await import('../../../packages/loom/app/traces/list.js'));
  return () => vi.unstubAllGlobals();
});

const rows = (...ids: number[]) => ids.map((id) => ({ id: String(id), startedAt: id })) as never;

async function opened(): Promise<List> {
  asked.length = 0;
  const list = new TraceList(() => ({}));
  list.attach(() => {});
  onTestFinished(() => list.detach());
  asked[0]?.answer({ rows: rows(9, 8), next: 'after 8' });
  await vi.waitFor(() => expect(list.isLoaded).toBe(true));
  return list;
}

it('a page that was requested before the list restarted does not leave a gap', async () => {
  const list = await opened();
  const loading = list.loadMore();
  // In the meantime, more traces arrived than a page has, so that no trace of the old list is left.
  list.attach(() => {});
  asked[2]?.answer({ rows: rows(19, 18), next: 'after 18' });
  await vi.waitFor(() => expect(list.rows).toHaveLength(2));
  asked[1]?.answer({ rows: rows(7, 6), next: 'after 6' });
  await loading;
  expect(list.rows.map((row) => row.id)).toEqual(['19', '18']);
  void list.loadMore();
  expect(asked[3]?.address).toContain('before=after+18');
});

it('an outdated answer is not shown after a newer one', async () => {
  const list = await opened();
  list.attach(() => {});
  list.attach(() => {});
  asked[2]?.answer({ rows: rows(11, 10, 9, 8), total: 4 });
  await vi.waitFor(() => expect(list.total).toBe(4));
  asked[1]?.answer({ rows: rows(10, 9, 8), total: 3 });
  await new Promise((resolve) => setImmediate(resolve));
  expect([list.total, list.rows.length]).toEqual([4, 4]);
});
