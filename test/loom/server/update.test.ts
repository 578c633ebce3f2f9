import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { expect, it, onTestFinished } from 'vitest';
import { knownMigrations } from '../../../packages/loom/src/store/migrations.js';
import { migratedD1, migrationStatements, SQL_ANSWER, SQL_PATH } from '../../harness/d1.js';
import { fakeWrangler } from '../deploy/fake-wrangler.js';
import { run, shop } from '../deploy/shop.js';
import { exportOf, span, TRACES } from '../receiver/exports.js';
import { addKey } from './add-key.js';

const WORKER = readFileSync(new URL('../../../packages/loom/dist/worker.js', import.meta.url), 'utf8');
const LAST = knownMigrations().at(-1)?.name ?? '';
const CHILDREN = 2;

const options = (version: string) => ({
  modules: [
    {
      type: 'ESModule' as const,
      path: 'main.js',
      contents: `
import worker from './worker.js';
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '${SQL_PATH}') return ${SQL_ANSWER};
    if (pathname === '/test/version') return new Response('${version}');
    return worker.fetch(request, env);
  },
};`,
    },
    { type: 'ESModule' as const, path: 'worker.js', contents: WORKER },
  ],
  compatibilityDate: '2026-04-01',
  d1Databases: ['DB'],
});

/** Where the wrangler stub reports its steps. It waits for the answer. */
async function steps(of: Record<string, () => Promise<void>>): Promise<string> {
  const server = createServer((request, response) => {
    const step = of[decodeURIComponent((request.url ?? '').slice(1))];
    (step?.() ?? Promise.resolve()).then(
      () => response.end(),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it('lm deploy --update loses and doubles nothing of what arrives meanwhile', async () => {
  const { dir } = shop();
  const wrangler = fakeWrangler(dir);
  await run(dir, { yes: true });
  const miniflare = new Miniflare(options('old'));
  onTestFinished(() => miniflare.dispose());
  const sql = await migratedD1(miniflare, { before: LAST });
  const secret = await addKey((...given) => sql.all(...given), { id: 'pk-lf-team-u', kind: 'ingest' });
  const ask = (path: string, init: object = {}) => miniflare.dispatchFetch(`https://team.test${path}`, init);

  // As the exporters of several Workers do: what may work another time is sent again.
  const sent: string[] = [];
  let phase = 'before';
  const phases = new Map<string, number>();
  let isOver = false;
  const refused: unknown[] = [];
  const headers = {
    authorization: `Basic ${btoa(`pk-lf-team-u:${secret}`)}`,
    'content-type': 'application/json',
  };
  async function sendOne(body: string): Promise<void> {
    for (;;) {
      const answer = await ask(TRACES, { method: 'POST', headers, body }).catch(() => undefined);
      const text = await answer?.text().catch(() => undefined);
      if (answer?.status === 200 && text !== undefined) {
        return;
      }
      if (answer && ![200, 429, 503].includes(answer.status)) {
        refused.push([answer.status, text]);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const senders = Array.from({ length: 3 }, async (_, sender) => {
    for (let n = 0; !isOver; n += 1) {
      const traceId = (0xcafe0000 + sender * 0x1000 + n).toString(16).padStart(32, '0');
      const id = (at: number) => (sender * 0x10_0000 + n * 16 + at + 1).toString(16).padStart(16, '0');
      const children = Array.from({ length: CHILDREN }, (_, at) =>
        span({ traceId, spanId: id(at + 1), parentSpanId: id(0) }),
      );
      const body = JSON.stringify(exportOf(span({ traceId, spanId: id(0), start: Date.now() }), ...children));
      await sendOne(body);
      sent.push(traceId);
      phases.set(phase, (phases.get(phase) ?? 0) + 1);
    }
  });
  /** Until every phase has seen traffic. */
  const someMore = async () => {
    const from = sent.length;
    await expect.poll(() => sent.length - from, { timeout: 60_000, interval: 10 }).toBeGreaterThan(5);
  };

  const url = await steps({
    'd1 migrations': async () => {
      await someMore();
      phase = 'migrating';
      await sql.batch(migrationStatements(LAST));
      phase = 'old code, new schema';
      await someMore();
    },
    deploy: async () => {
      phase = 'deploying';
      await miniflare.setOptions(options('new'));
      await miniflare.ready;
      phase = 'new';
      await someMore();
    },
  });
  wrangler.tell(url);
  const applied = knownMigrations().map(({ name }) => ({ name }));
  wrangler.answer({ 'SELECT name FROM d1_migrations': applied.slice(0, -1) });
  rmSync(join(dir, '.loom/migrations', LAST));
  expect((await run(dir, { update: true })).data).toMatchObject({ migrations: [LAST] });
  isOver = true;
  await Promise.all(senders);

  expect(await (await ask('/test/version')).text()).toBe('new');
  expect(refused).toEqual([]);
  for (const one of ['before', 'old code, new schema', 'new']) {
    expect([one, phases.get(one)]).toEqual([one, expect.any(Number)]);
  }
  const [kept] = await sql.all(
    `SELECT (SELECT COUNT(*) FROM traces) AS traces, (SELECT COUNT(*) FROM observations) AS observations,
      (SELECT SUM(n) FROM trace_hours) AS hours, (SELECT SUM(observations) FROM traces) AS counted`,
  );
  const spans = sent.length * (CHILDREN + 1);
  expect(kept).toEqual({ traces: sent.length, observations: spans, hours: sent.length, counted: spans });
}, 180_000);
