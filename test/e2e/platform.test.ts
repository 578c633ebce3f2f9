import { rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { PlatformSpan, PlatformView } from '../../packages/loom/src/dashboard/contract/platform.js';
import { CALLS, callEverything, unexpectedAnswers } from '../harness/calls.js';
import { connectClient } from '../harness/client.js';
import { copyFixture } from '../harness/fixture.js';
import { installApart } from '../harness/npm.js';
import { observe } from '../harness/observe.js';
import { freePort } from '../harness/port.js';
import { bootWorker } from '../harness/worker.js';
import { cleanups } from './cleanups.js';
import { type RunningDashboard, startLmDashboard } from './platform/dashboard.js';

const later = cleanups();
const calls = CALLS.platform;
const PATIENCE = { timeout: 60_000, interval: 100 };

/** The kind of span that each tool causes, and the attributes that it must have. */
const TOLD: Record<string, { kind: PlatformSpan['kind']; facts: Record<string, unknown> }> = {
  ask_carrier: {
    kind: 'fetch',
    facts: {
      URL: expect.stringMatching(/\/parcels\/p-17\?\[masked\]$/),
      Method: 'GET',
      Status: '200',
      Latency: expect.stringMatching(/^\d+ ms$/),
    },
  },
  register_parcel: {
    kind: 'd1',
    facts: {
      SQL: 'SELECT id FROM parcels ORDER BY id',
      'Rows read': '1',
      Duration: expect.stringMatching(/^\d+ ms$/),
    },
  },
  set_route: { kind: 'kv', facts: { Key: 'route:p-17', Operation: 'put', Size: '5 bytes' } },
  print_label: {
    kind: 'r2',
    facts: { Bucket: 'labels', Object: 'labels/p-17.txt', Bytes: '8 bytes', Operation: 'PutObject' },
  },
  draw_number: {
    kind: 'durable_object',
    facts: { Class: 'Counter', Method: 'next', Duration: expect.stringMatching(/^\d+ ms$/) },
  },
};

it('before init every kind of span has its own trace id, and production would not record it', async () => {
  const dir = await platformWorker();
  const { dashboard, workerUrl } = await runEverything(dir);
  const traces = await tracesByTool(workerUrl);
  expect([...traces.keys()].sort()).toEqual(calls.map((call) => call.tool).sort());
  for (const [tool, id] of traces) {
    const view = await dashboard.platform(id);
    expectTold(tool, view);
    expect(view.production).toMatch(/^Production will not record these: .* in wrangler\.jsonc\. Run/);
  }
});

it('after init they have the id of our trace, outlive wrangler, and have production’s sampling rate', async () => {
  const dir = await platformWorker();
  const made = await observe(['init', '--yes', '--no-install'], dir);
  expect(made.code, made.stderr).toBe(0);
  const { dashboard, stopWorker } = await runEverything(dir);
  const rows = await settled(dashboard);
  expect(rows.map((row) => row.tool).sort()).toEqual(calls.map((call) => call.tool).sort());
  for (const row of rows) {
    const view = await dashboard.platform(row.id);
    expect(view.source).toBe('wrangler dev');
    expectTold(row.tool ?? '', view);
    expect(view.production).toBe('Production records these for 10 % of requests (wrangler.jsonc).');
  }
  await stopWorker();
  for (const row of rows) {
    const view = await dashboard.platform(row.id);
    expect(view.source).toBe('saved');
    expectTold(row.tool ?? '', view);
  }
});

/** The fixture, with a wrangler that keeps spans instead of the repository's. */
async function platformWorker(): Promise<string> {
  const modules = await installApart('wrangler', 'test/e2e/platform/wrangler');
  const { dir, remove } = await copyFixture('platform', { modules: 'link' });
  later(remove);
  const link = join(dir, 'node_modules/wrangler');
  await rm(link);
  await symlink(join(modules, 'wrangler'), link, 'junction');
  return dir;
}

async function runEverything(dir: string) {
  const port = await freePort();
  const worker = await bootWorker(dir, {
    vars: {
      CARRIER_URL: await startCarrier(),
      LANGFUSE_PUBLIC_KEY: 'pk-lf-test',
      LANGFUSE_SECRET_KEY: 'sk-lf-test',
      LANGFUSE_BASE_URL: `http://127.0.0.1:${port}`,
    },
  });
  later(worker.stop);
  const dashboard = await startLmDashboard(dir, port, worker.url);
  later(dashboard.stop);
  const client = await connectClient(`${worker.url}/mcp`, 'v2');
  later(client.close);
  expect(unexpectedAnswers(await callEverything(client, calls))).toEqual([]);
  return { dashboard, workerUrl: worker.url, stopWorker: worker.stop };
}

async function startCarrier(): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://carrier');
    response.end(`${pathname.split('/').at(-1)} is on its way`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** wrangler writes its spans shortly after the request. */
async function settled(dashboard: RunningDashboard) {
  return vi.waitFor(async () => {
    // The server is observed, so other requests have traces too.
    const rows = (await dashboard.traces()).filter(({ method }) => method === 'tools/call');
    expect(rows).toHaveLength(calls.length);
    const views = await Promise.all(rows.map((row) => dashboard.platform(row.id)));
    for (const { spans } of views) expect(spans.some(({ kind }) => kind !== 'request')).toBe(true);
    return rows;
  }, PATIENCE);
}

/** The platform's trace ids, by the tool in a trace's spans. */
async function tracesByTool(workerUrl: string): Promise<Map<string, string>> {
  const sql =
    "SELECT DISTINCT trace_id, name FROM spans WHERE name IN ('fetch', 'd1_all', 'kv_put', 'r2_put', 'durable_object_subrequest')";
  const tools: Record<string, string> = {
    d1_all: 'register_parcel',
    kv_put: 'set_route',
    r2_put: 'print_label',
    durable_object_subrequest: 'draw_number',
  };
  return vi.waitFor(async () => {
    const response = await fetch(`${workerUrl}/cdn-cgi/local/explorer/api/local/observability/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sql }),
    });
    const { result } = (await response.json()) as { result: { rows: [string, string][] } };
    const found = new Map(
      result.rows.flatMap(([id, name]) => (tools[name] ? [[tools[name], id] as const] : [])),
    );
    // The emulated D1 is called by fetch too, so the trace without another name is that of the carrier.
    const known = new Set(found.values());
    const carrier = result.rows.find(([id]) => !known.has(id))?.[0];
    if (carrier) found.set('ask_carrier', carrier);
    expect(found.size).toBe(calls.length);
    return found;
  }, PATIENCE);
}

function expectTold(tool: string, view: PlatformView): void {
  const { kind, facts } = TOLD[tool] ?? { kind: 'other', facts: {} };
  const told = view.spans
    .filter((span) => span.kind === kind)
    .map((span) => Object.fromEntries(span.facts.map(({ label, value }) => [label, value])));
  expect(told, `${tool}: ${JSON.stringify(view)}`).toContainEqual(expect.objectContaining(facts));
  expect(JSON.stringify(view)).not.toContain('not-a-real-key');
}
