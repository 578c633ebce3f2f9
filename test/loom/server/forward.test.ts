import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import type { D1Sql } from '../../../packages/loom/src/server/d1.js';
import { type ForwardOptions, forward, REQUEST_MS } from '../../../packages/loom/src/server/forward.js';
import { beginState, readState } from '../../../packages/loom/src/server/forward-state.js';
import { pricer } from '../../../packages/loom/src/server/pricer.js';
import { D1TraceStore } from '../../../packages/loom/src/server/store.js';
import type { Outcome } from '../../../packages/loom/src/sync/client.js';
import { migratedD1, SQL_ANSWER } from '../../harness/d1.js';
import { exportOf, span } from '../receiver/exports.js';

/** Real D1. Langfuse is a stub with given responses and delays. */
let miniflare: Miniflare;
let sql: D1Sql;
let now = 1_790_000_000_000;
let came: string[];
let answers: ((ids: readonly string[]) => Promise<Outcome> | Outcome)[];
let lookups: string[];

beforeAll(async () => {
  miniflare = new Miniflare({
    modules: true,
    script: `export default { async fetch(request, env) { return ${SQL_ANSWER}; } };`,
    compatibilityDate: '2026-04-01',
    d1Databases: ['DB'],
  });
  sql = await migratedD1(miniflare);
}, 60_000);
afterAll(() => miniflare.dispose());
beforeEach(async () => {
  await sql.all('DELETE FROM loom_meta');
  await beginState(sql);
  came = [];
  answers = [];
  lookups = [];
  now += 3_600_000;
});

const accepted: Outcome = { kind: 'accepted' };
const options: ForwardOptions = {
  project: 'team',
  now: () => now,
  client: {
    async sendSpans(spans) {
      const ids = spans.map(({ spanId }) => spanId);
      const outcome = await (answers.shift() ?? (() => accepted))(ids);
      if (outcome.kind === 'accepted') came.push(...ids);
      return outcome;
    },
    async findSpans(traceId) {
      lookups.push(traceId);
      const rows = await sql.all<{ id: string }>('SELECT id FROM observations WHERE trace_id = ?', traceId);
      const found = rows.filter(({ id }) => came.includes(id));
      const spans = found.map(({ id }) => [id, { id, name: '', type: '', startTime: '' }] as const);
      return { kind: 'found', spans: new Map(spans) };
    },
    async sendScores() {
      throw new Error('there are no scores');
    },
  },
};

let made = 0;
/** Adds traces with one span each. Returns their ids. */
async function arrive(count: number, text = ''): Promise<string[]> {
  const ids = Array.from({ length: count }, () => {
    made += 1;
    return made.toString(16).padStart(16, '0');
  });
  const attributes = text ? { 'langfuse.observation.input': text } : {};
  const spans = ids.map((spanId) => span({ traceId: spanId.padStart(32, '0'), spanId, attributes }));
  await new D1TraceStore(sql, pricer, () => now).add({ spans: decodeExport(exportOf(...spans)) });
  return ids;
}
async function run(times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    now += 60_000;
    await forward(sql, options);
  }
}

it('finds one rejected span among hundreds, in several runs, and sends all others once', async () => {
  const ids = await arrive(450);
  const bad = ids[137];
  const refuse = (sent: readonly string[]): Outcome =>
    sent.includes(String(bad)) ? { kind: 'refused', status: 400, reason: 'no such span' } : accepted;
  answers = Array.from({ length: 100 }, () => refuse);
  await run(12);
  expect(came).toEqual(ids.filter((id) => id !== bad));
  expect(await readState(sql)).toMatchObject({ sent: 449, failed: 1, sending: null, problem: null });
});

it('looks up a few traces at a time after lost responses, and sends none twice', async () => {
  const ids = await arrive(60);
  // The request arrives, but its response is lost.
  answers = [
    (sent) => {
      came.push(...sent);
      return { kind: 'unknown', reason: 'timeout' };
    },
  ];
  await run(1);
  expect([lookups.length, (await readState(sql))?.problem]).toEqual([0, 'timeout']);
  const later = await arrive(3);
  await run(1);
  expect(lookups.length).toBeLessThanOrEqual(30);
  await run(5);
  expect(came).toEqual([...ids, ...later]);
  expect(new Set(lookups).size).toBe(60);
  expect(await readState(sql)).toMatchObject({ sent: 63, sending: null, problem: null });
});

it('lets no other isolate forward at the same time, and records nothing after its lease', async () => {
  const ids = await arrive(5);
  let other = 0;
  answers = [
    async () => {
      await forward(sql, options);
      other = came.length;
      // Longer than any request's timeout: the lease ends, and another isolate sends and records everything.
      now += 60_000;
      answers = [];
      await forward(sql, options);
      return { kind: 'refused', status: 400, reason: 'too late' };
    },
  ];
  await forward(sql, options);
  expect(other).toBe(0);
  expect(came).toEqual(ids);
  expect(await readState(sql)).toMatchObject({ sent: 5, failed: 0, sending: null });
});

it('starts no request that could outlast the lease', async () => {
  await arrive(900);
  const began: number[] = [];
  const first = now;
  answers = Array.from({ length: 9 }, () => () => {
    began.push(now - first);
    now += REQUEST_MS;
    return accepted;
  });
  await forward(sql, options);
  expect(began.length).toBeGreaterThan(1);
  const { value } = (await sql.get<{ value: string }>(
    "SELECT value FROM loom_meta WHERE key = 'forward_until'",
  )) ?? { value: '' };
  expect(value).toBe('0');
  expect(Math.max(...began) + REQUEST_MS).toBeLessThan(22_000);
});

it('sends large observations in several requests, and one above the limit alone', async () => {
  const sizes: number[] = [];
  answers = Array.from({ length: 20 }, () => (sent) => {
    sizes.push(sent.length);
    return accepted;
  });
  const ids = [...(await arrive(30, 'x'.repeat(190_000))), ...(await arrive(2))];
  await run(4);
  expect(came).toEqual(ids);
  expect(Math.max(...sizes)).toBeLessThan(25);
});
