import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { evaluate } from '../../../packages/loom/src/rules/evaluate.js';
import { addRule, readRules, removeRule } from '../../../packages/loom/src/rules/store.js';
import { readThreshold, thresholdText } from '../../../packages/loom/src/rules/threshold.js';
import { watchRules } from '../../../packages/loom/src/rules/watch.js';
import { requireWebhook } from '../../../packages/loom/src/rules/webhook.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { LocalSql } from '../../../packages/loom/src/store/sql.js';
import { project } from '../project.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;

let made = 0;

function call(db: Database, { tool = 'add', failed = false, ago = MINUTE, ms = 20, server = 'notes' }): void {
  made += 1;
  db.run(
    `INSERT INTO traces(id, name, server, tool, errors, started_us, duration_us, updated_at) VALUES (?, 'x', ?, ?, ?, ?, ?, 0)`,
    `t${made}`,
    server,
    tool,
    Number(failed),
    (NOW - ago) * 1000,
    ms * 1000,
  );
}

/** A webhook that answers with these statuses in order, and then with 200. */
async function webhook(statuses: number[] = []): Promise<{ url: string; told: string[] }> {
  const told: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk;
    });
    request.on('end', () => {
      told.push(JSON.parse(body).text);
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, told };
}

function watched(db: Database, loomDir: string, env: NodeJS.ProcessEnv = {}) {
  const said: string[] = [];
  let now = NOW;
  const watching = watchRules({
    db: new LocalSql(db),
    loomDir,
    env,
    say: (line) => said.push(line),
    now: () => now,
    everyMs: 1e8,
  });
  onTestFinished(() => watching.stop());
  return {
    said,
    look: async (later = 0) => {
      now = NOW + later;
      await watching.look();
    },
  };
}

it('calls the webhook once when a rule starts to fire and once when it stops', async () => {
  const { db, loomDir } = project();
  const { url, told } = await webhook();
  addRule(loomDir, { when: 'error rate of add > 50% for 10m', webhook: '$ALERTS_URL' });
  call(db, {});
  const { look, said } = watched(db, loomDir, { ALERTS_URL: url });
  await look();
  expect(told).toEqual([]);
  for (let n = 0; n < 3; n += 1) {
    call(db, { failed: true });
  }
  call(db, { tool: 'other', failed: true });
  await look();
  await look();
  expect(told).toEqual(['Firing: error rate of add > 50% for 10m: 75.0% in 4 requests']);
  // Ten minutes later there is no data, which is not a stop.
  await look(20 * MINUTE);
  expect(told).toHaveLength(1);
  call(db, { ago: -19 * MINUTE });
  await look(20 * MINUTE);
  expect(told.slice(1)).toEqual(['Ended: error rate of add > 50% for 10m: 0.0% in 1 requests']);
  expect(said).toEqual(told);
});

it('a webhook that fails is called again, and reported without parts that may be secret', async () => {
  const { db, loomDir } = project();
  const { url, told } = await webhook([500]);
  addRule(loomDir, { when: 'errors > 0 for 10m', webhook: url });
  call(db, { failed: true });
  const { look, said } = watched(db, loomDir);
  // The first check has already started, and may still wait for its response.
  const toldAfterLook = async () => {
    await look();
    return told.length;
  };
  await expect.poll(toldAfterLook).toBe(2);
  await look();
  expect(told).toHaveLength(2);
  const problem = said.find((line) => line.includes(' failed: '));
  expect(problem).toContain('status 500');
  expect(problem).not.toContain('/hook');
});

it('reports a broken rules file once, and continues when it is fixed', async () => {
  const { db, loomDir } = project();
  const { id } = addRule(loomDir, { when: 'requests < 1 for 5m' });
  expect(removeRule(loomDir, id)).toBe(true);
  expect(readRules(loomDir)).toEqual([]);
  addRule(loomDir, { when: 'not a threshold' });
  const { look, said } = watched(db, loomDir);
  await look();
  await look();
  expect(said).toEqual([expect.stringContaining('is not a threshold')]);
});

it.each([
  ['requests < 1 for 5m', 'firing', 0],
  ['errors > 0 for 5m', 'unknown', null],
  ['error rate > 0% for 5m', 'unknown', null],
  ['p95 > 1ms for 5m', 'unknown', null],
] as const)('no data: %s is %s', async (when, state, value) => {
  const { db } = project();
  expect(await evaluate(new LocalSql(db), NOW, { id: 'r', when })).toMatchObject({
    state,
    value,
    requests: 0,
  });
});

it.each([
  ['errors > 1 for 1h', 'firing', 2],
  ['errors of add >= 1 for 1h', 'firing', 1],
  ['errors of add > 1 for 1h', 'ok', 1],
  ['requests <= 4 for 1h', 'firing', 4],
  ['requests > 4 for 1d', 'firing', 5],
  ['p50 > 100ms for 1h', 'ok', null],
  ['p99 > 0.9s for 1h', 'firing', null],
] as const)('%s is %s', async (when, state, value) => {
  const { db } = project();
  call(db, {});
  call(db, {});
  call(db, { failed: true });
  call(db, { tool: 'other', failed: true, ms: 1000 });
  call(db, { ago: 120 * MINUTE });
  const found = await evaluate(new LocalSql(db), NOW, { id: 'r', when });
  expect(found.state).toBe(state);
  if (value !== null) {
    expect(found.value).toBe(value);
  }
});

it('a rule for one server or environment ignores the others', async () => {
  const { db } = project();
  call(db, { server: 'a', failed: true });
  call(db, { server: 'b' });
  const state = async (server: string) =>
    (await evaluate(new LocalSql(db), NOW, { id: 'r', when: 'errors > 0 for 10m', server })).state;
  expect([await state('a'), await state('b'), await state('c')]).toEqual(['firing', 'ok', 'unknown']);
});

it.each([
  'error rate of add > 5% for 10m',
  'errors > 0',
  'p95 of a tool >= 2000ms for 1h',
  'requests < 1 for 2d',
  'error rate < 0.25% for 90m',
])('a saved rule is read back unchanged: %s', (text) => {
  const threshold = readThreshold(text);
  expect(readThreshold(thresholdText(threshold))).toEqual(threshold);
});

it.each(['http://example.com/hook', 'ftp://x', 'no address', '$1X', ''])(
  'rejects the webhook %j',
  (address) => {
    expect(() => requireWebhook(address)).toThrow('https');
  },
);
