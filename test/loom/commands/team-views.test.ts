import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { errors } from '../../../packages/loom/src/commands/errors.js';
import { tools } from '../../../packages/loom/src/commands/tools.js';
import { trace } from '../../../packages/loom/src/commands/trace.js';
import { traces } from '../../../packages/loom/src/commands/traces.js';
import type { Views } from '../../../packages/loom/src/dashboard/contract/views.js';
import { ViewError } from '../../../packages/loom/src/dashboard/views/view.js';
import { EXIT } from '../../../packages/loom/src/errors.js';
import { tempDir } from '../../support/folder.js';
import { asker, seededLaptop } from '../dashboard/seeded.js';
import { bareEnv, LM } from '../project.js';

const KEY = 'pk-lf-test:sk-lf-test';
const { db } = seededLaptop(60, 0);
const seen: { path: string; authorization: string | undefined }[] = [];
/** Responses that replace the views for one test. */
let instead: { status: number; body: string; location?: string } | undefined;

/** The views of a team's server, protected by a read key. */
const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://here');
  const { authorization } = request.headers;
  seen.push({ path: request.url ?? '', authorization });
  const answer = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (instead) {
    response.writeHead(instead.status, instead.location ? { location: instead.location } : {});
    response.end(instead.body);
  } else if (authorization !== `Basic ${btoa(KEY)}`) {
    answer(401, { error: 'This key is unknown on this server, or was revoked.' });
  } else {
    try {
      answer(200, await asker(db)(`${url.pathname.slice('/view/'.length)}${url.search}`));
    } catch (error) {
      answer(error instanceof ViewError ? error.status : 500, { error: (error as Error).message });
    }
  }
});

let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** A machine without a Loom, with these environment variables. */
function away(env: Record<string, string | undefined> = {}) {
  const set = { LOOM_SERVER_URL: url, LOOM_SERVER_KEY: KEY, ...env };
  for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    instead = undefined;
  });
  return { _: [], $0: 'lm', cwd: tempDir(), json: true, remote: true };
}

const listing = { sort: 'newest', limit: 20, follow: false, since: '2026-01-01' };

it('any laptop reads the team’s traces as its page shows them', async () => {
  const args = away();
  const page = (await traces.run({ ...args, ...listing } as never)).data as Views['traces'];
  expect(page).toEqual(await asker(db)(`traces?limit=20&sort=newest&from=${new Date(2026, 0, 1).getTime()}`));
  const [first] = page.rows;
  const one = (await trace.run({ ...args, trace: first?.id } as never)).data as Views['traces/:id'];
  expect(one).toMatchObject({ row: { id: first?.id } });
  const begun = await trace.run({ ...args, trace: first?.id.slice(0, 20) } as never);
  expect(begun.data).toEqual(one);
  const figures = (await tools.run({ ...args, since: '2026-01-01' } as never)).data as Views['tools'];
  expect(figures.rows.length).toBeGreaterThan(1);
  expect((await errors.run({ ...args, since: '2026-01-01' } as never)).text).toContain('requests failed');
});

it('reports missing settings, and sends no key over an unencrypted connection', async () => {
  await expect(
    traces.run({ ...away({ LOOM_SERVER_KEY: undefined }), ...listing } as never),
  ).rejects.toMatchObject({
    exitCode: EXIT.noKeys,
  });
  seen.length = 0;
  const clear = away({ LOOM_SERVER_URL: 'http://traces.example.com' });
  await expect(traces.run({ ...clear, ...listing } as never)).rejects.toThrow('not an https address');
  expect(seen).toEqual([]);
});

it('a rejected key, Access, another version and a missing trace have different errors', async () => {
  const wrong = away({ LOOM_SERVER_KEY: 'pk-lf-test:sk-lf-other' });
  await expect(traces.run({ ...wrong, ...listing } as never)).rejects.toMatchObject({
    exitCode: EXIT.noKeys,
    message: expect.not.stringContaining('sk-lf'),
  });
  const args = away();
  instead = { status: 302, body: '', location: 'https://acme.cloudflareaccess.com/cdn-cgi/access/login' };
  seen.length = 0;
  await expect(traces.run({ ...args, ...listing } as never)).rejects.toMatchObject({
    fix: expect.stringContaining('CF_ACCESS_CLIENT_ID'),
  });
  expect(seen).toHaveLength(1);
  instead = { status: 200, body: '{"rows":"none"}' };
  await expect(traces.run({ ...args, ...listing } as never)).rejects.toThrow('this version of lm');
  instead = undefined;
  await expect(trace.run({ ...args, trace: 'f'.repeat(32) } as never)).rejects.toMatchObject({
    exitCode: EXIT.notFound,
  });
  await expect(trace.run({ ...args, trace: '' } as never)).rejects.toMatchObject({ exitCode: EXIT.notFound });
});

it('lm mcp --remote serves them to agents, marked as untrusted', async () => {
  const client = new Client({ name: 'test', version: '1' });
  const cwd = tempDir();
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [LM, 'mcp', '--remote'],
      cwd,
      env: bareEnv(cwd, { LOOM_SERVER_URL: url, LOOM_SERVER_KEY: KEY }) as Record<string, string>,
    }),
  );
  onTestFinished(() => client.close());
  const page = await client.callTool({ name: 'loom_traces', arguments: { last: '30d', limit: 3 } });
  expect(page.structuredContent).toMatchObject({ untrusted: true, data: { rows: expect.any(Array) } });
  const { rows } = (page.structuredContent as { data: Views['traces'] }).data;
  expect(rows).toHaveLength(3);
  const one = await client.callTool({ name: 'loom_trace', arguments: { id: rows[0]?.id } });
  expect(JSON.stringify(one.structuredContent)).toContain(rows[0]?.id);
});
