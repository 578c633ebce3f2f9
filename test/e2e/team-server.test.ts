import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Miniflare } from 'miniflare';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverFiles } from '../../packages/loom/src/deploy/files.js';
import { addKey } from '../../packages/loom/src/deploy/keys.js';
import { writeServer } from '../../packages/loom/src/deploy/record.js';
import { type TeamDatabase, withParams } from '../../packages/loom/src/deploy/team-database.js';
import type { D1Sql } from '../../packages/loom/src/server/d1.js';
import { migratedD1, SQL_ANSWER } from '../harness/d1.js';
import { copyFixture } from '../harness/fixture.js';
import { observe } from '../harness/observe.js';
import { mustRun } from '../harness/process.js';
import { root } from '../harness/root.js';
import { AccessTeam, AUD, accessToken, keyPair, TEAM } from '../loom/server/access-team.js';
import { commitAll, git } from '../support/cli.js';
import { cleanups } from './cleanups.js';
import { chromium, launch } from './dashboard/chromium.js';

const SERVER = {
  name: 'loom-tides',
  queue: false,
  live: true,
  access: { team: TEAM, audience: AUD },
};
const access = new AccessTeam();
const later = cleanups('file');
const wranglerEnv = { CI: 'true', WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' };

interface Upload {
  readonly code: string;
  readonly vars: Record<string, string>;
}

/** The upload of wrangler for a project: its config is read and its code is bundled as for a deploy. */
async function uploaded(dir: string): Promise<Upload> {
  const out = join(dir, '.wrangler/out');
  const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');
  await mustRun(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', out], {
    cwd: dir,
    env: { ...process.env, ...wranglerEnv },
  });
  const { main, vars = {} } = JSON.parse(
    (await readFile(join(dir, 'wrangler.jsonc'), 'utf8')).replaceAll(/^\s*\/\/.*$/gm, ''),
  );
  const code = await readFile(join(out, main.replace(/^.*\//, '').replace(/\.ts$/, '.js')), 'utf8');
  return { code, vars };
}

let miniflare: Miniflare;
let sql: D1Sql;
let database: TeamDatabase;

beforeAll(async () => {
  const fixture = await copyFixture('sdk-v2', { modules: 'link' });
  later(fixture.remove);
  git(fixture.dir, 'init', '--quiet');
  commitAll(fixture.dir);
  const set = await observe(['init', '--yes', '--no-install', '--server', SERVER.name], fixture.dir);
  expect(set.code, set.stdout + set.stderr).toBe(0);
  writeServer(join(fixture.dir, '.loom'), serverFiles(SERVER), { url: null, options: SERVER });
  const module = (contents: string) => [{ type: 'ESModule' as const, path: 'index.js', contents }];
  const [server, tides] = [await uploaded(join(fixture.dir, '.loom/server')), await uploaded(fixture.dir)];
  miniflare = new Miniflare({
    https: true,
    // A browser first closes a connection because it does not know the certificate.
    handleRuntimeStdio: (...streams: NodeJS.ReadableStream[]) => {
      for (const stream of streams) stream.resume();
    },
    workers: [
      {
        name: SERVER.name,
        modules: module(server.code),
        bindings: server.vars,
        outboundService: access.answer,
        compatibilityDate: '2026-04-01',
        d1Databases: { DB: 'team' },
        durableObjects: { LIVE: { className: 'Live', useSQLite: true } },
      },
      {
        name: 'tide-tables',
        routes: ['tides.test/*'],
        modules: module(tides.code),
        compatibilityDate: '2026-04-20',
        bindings: { DATUM_OFFSET: '0.35' },
        // The binding that init wrote into the config. There are no keys.
        serviceBindings: { OBSERVE_SERVER: { name: SERVER.name, entrypoint: 'Ingest' } },
      },
      {
        // The same database, for queries of this test.
        name: 'database',
        routes: ['worker.test/*'],
        modules: module(`export default { fetch: async (request, env) => ${SQL_ANSWER} };`),
        compatibilityDate: '2026-04-01',
        d1Databases: { DB: 'team' },
      },
    ],
  });
  later(() => miniflare.dispose());
  await miniflare.ready;
  sql = await migratedD1(miniflare);
  const run: TeamDatabase['run'] = async (statements) => {
    const rows = await sql.batch(statements.map(([text, ...params]) => ({ sql: withParams(text, params) })));
    return rows.at(-1) ?? [];
  };
  database = { run, query: (text, ...params) => run([[text, ...params]]) };
}, 240_000);

const newKey = (kind: 'read' | 'login', name: string) =>
  addKey(database, { kind, name, service: null, expiresAt: null, by: 'test' }, Date.now());

/** Calls of an MCP client. */
async function call(...tools: string[]): Promise<void> {
  const client = new Client({ name: 'probe', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL('https://tides.test/mcp'), {
    fetch: ((url: URL | string, init: object) =>
      miniflare.dispatchFetch(String(url), init as never)) as never,
  });
  await client.connect(transport);
  for (const name of tools) {
    await client.callTool({ name, arguments: {} }).catch(() => undefined);
  }
  await client.close();
}

it('a Worker with the set-up of init sends its calls through the binding, and a key can read them', async () => {
  await call('list_stations', 'no_such_tool');
  const { id, secret } = await newKey('read', 'CI');
  const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}` };
  const view = async (path: string) =>
    (await (await miniflare.dispatchFetch(`https://loom.test/view/${path}`, { headers })).json()) as {
      rows: { id: string; tool: string; failed: boolean; server: string }[];
    };
  await expect
    .poll(async () => (await view('traces')).rows.map(({ tool }) => tool), { timeout: 20_000 })
    .toEqual(expect.arrayContaining(['list_stations', 'no_such_tool']));
  const { rows } = await view('traces?tool=list_stations');
  expect(rows).toEqual([expect.objectContaining({ failed: false, server: 'tide-tables' })]);
  // Requests from outside can't use the entrypoint of the binding.
  const stranger = await miniflare.dispatchFetch('https://loom.test/api/public/otel/v1/traces', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"resourceSpans":[]}',
  });
  expect(stranger.status).toBe(401);
  await stranger.text();
});

describe.skipIf(!chromium)('the page of the team (needs Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('signs in with a token, shows the calls, and signs out', async () => {
    const { origin } = await miniflare.ready;
    const { secret: token } = await newKey('login', 'Ana');
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const alarms: string[] = [];
    page.on('pageerror', (error) => alarms.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Refused/.test(message.text())) alarms.push(message.text());
    });
    await page.goto(origin);
    expect(await page.locator('h1').textContent()).toBe('Sign in');
    await page.getByLabel('Login token').fill('login-0.wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('unknown on this server').waitFor();
    await page.getByLabel('Login token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('main h1').first().waitFor();
    await page.goto(`${origin}/#/traces`);
    await page.getByText('list_stations').first().waitFor();
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: '__Host-loom', httpOnly: true, secure: true, sameSite: 'Lax' });
    await page.goto(`${origin}/sign-out`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Login token').waitFor();
    // The old cookie is no longer valid.
    const replayed = await miniflare.dispatchFetch('https://loom.test/view/traces', {
      headers: { cookie: `${cookie?.name}=${cookie?.value}` },
    });
    expect(replayed.status).toBe(401);
    await replayed.text();
    expect(alarms).toEqual([]);
    await context.close();
  });

  it('shows a call when it arrives, by a WebSocket and without polling', async () => {
    const { origin } = await miniflare.ready;
    const { secret: token } = await newKey('login', 'Ben');
    const { context, page } = await signedIn(origin, token);
    const frames: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => frames.push(String(payload))),
    );
    const streams: string[] = [];
    page.on('request', (request) => {
      if (request.resourceType() === 'eventsource') streams.push(request.url());
    });
    await page.goto(`${origin}/#/traces`);
    await page.reload();
    await page.locator('output.live').getByText('Live').waitFor();
    await page.getByText('list_stations').first().waitFor();
    const asked = () =>
      page.evaluate(
        () => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/view/')).length,
      );
    // No question is under way any more.
    await page.waitForLoadState('networkidle');
    const before = await asked();
    expect(frames).toEqual([]);
    await call('compare_stations');
    await page.getByText('compare_stations').first().waitFor();
    expect(frames.map((frame) => JSON.parse(frame))).toContainEqual({ at: expect.any(Number) });
    expect(await asked()).toBeGreaterThan(before);
    expect(streams).toEqual([]);
    await context.close();
  });

  it('lets in a person that Cloudflare Access vouches for, and links to the end of that session', async () => {
    const { origin } = await miniflare.ready;
    const [own, foreign, next] = [await keyPair(), await keyPair(), await keyPair()];
    await access.publish({ own: own.publicKey });
    const open = async (jwt: string) => {
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        extraHTTPHeaders: { 'cf-access-jwt-assertion': jwt },
      });
      const page = await context.newPage();
      await page.goto(origin);
      return { context, page };
    };
    const { context, page } = await open(await accessToken(own.privateKey, 'own'));
    await page.locator('main h1').first().waitFor();
    await page.goto(`${origin}/#/traces`);
    await page.getByText('list_stations').first().waitFor();
    expect(await page.getByRole('link', { name: 'Sign out' }).getAttribute('href')).toBe(
      '/cdn-cgi/access/logout',
    );
    await page.goto(`${origin}/#/access`);
    await page.getByText('Keys of this server').waitFor({ state: 'attached' });
    await page.getByText('Ana').first().waitFor();
    await context.close();

    for (const wrong of [
      await accessToken(foreign.privateKey, 'own'),
      await accessToken(own.privateKey, 'own', { exp: '-5m' }),
      await accessToken(own.privateKey, 'own', { aud: 'beef'.repeat(16) }),
      await accessToken(own.privateKey, 'own', { iss: 'https://evil.cloudflareaccess.com' }),
    ]) {
      const shut = await open(wrong);
      expect(await shut.page.locator('h1').textContent()).toBe('Sign in');
      await shut.page.getByText('Cloudflare Access did not sign this token').waitFor();
      await shut.context.close();
    }

    // Access rotates its keys. The server looks for an unknown one at most every 30 seconds.
    await access.publish({ next: next.publicKey });
    const rotated = await accessToken(next.privateKey, 'next');
    const status = async (jwt: string) => {
      const headers = { 'cf-access-jwt-assertion': jwt };
      const answer = await miniflare.dispatchFetch('https://loom.test/view/traces', { headers });
      await answer.text();
      return answer.status;
    };
    await expect.poll(() => status(rotated), { timeout: 60_000, interval: 1000 }).toBe(200);
    expect(await status(await accessToken(own.privateKey, 'own'))).toBe(401);
    // Calls of Workers need no token of Access.
    await call('list_stations');
  });

  async function signedIn(origin: string, token: string) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(origin);
    await page.getByLabel('Login token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('main h1').first().waitFor();
    return { context, page };
  }
});
