import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAssets } from '../../../packages/loom/src/dashboard/assets.js';
import { type Dashboard, startDashboard } from '../../../packages/loom/src/dashboard/server.js';
import { basicAuthorization } from '../../../packages/loom/src/http/keys.js';
import type { Access, Route } from '../../../packages/loom/src/http/route.js';
import { MemoryTraceStore } from '../../../packages/loom/src/receiver/index.js';
import { routesFor } from '../../../packages/loom/src/receiver/server.js';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { type Got, get, openPage, type PageHeaders } from '../../harness/dashboard-page.js';
import { project } from '../project.js';

const TOKEN = '0123456789abcdef0123456789abcdef';
const OTHER_TOKEN = 'fedcba9876543210fedcba9876543210';
const MADE_UP = { authorization: `Basic ${btoa('pk-lf-any:sk-lf-any')}` };

/** As in `lm dashboard`: the built page, and all routes of the receiver. */
async function dashboard(host = '127.0.0.1', token = TOKEN): Promise<Dashboard> {
  const db = openLoomForReading(project().loomDir);
  const started = await startDashboard({
    port: 0,
    host,
    token,
    db,
    assets: readAssets(),
    receive: routesFor({ store: new MemoryTraceStore(), onLogs: () => undefined }),
    now: Date.now,
    context: {
      project: 'shop',
      langfuseUrl: null,
      platform: async () => ({ note: 'not asked', source: null, production: null, spans: [] }),
    },
  });
  onTestFinished(async () => {
    await started.close();
    db.close();
  });
  return started;
}

type Headers = Record<string, string>;

/** Credentials that give access everywhere: the page's session and the project's own keys. */
const all = (page: PageHeaders, { keys }: Dashboard): Headers => ({
  ...page,
  authorization: basicAuthorization(keys),
});

const pathOf = ({ path }: Route) => path.replace('*', 'overview');

/** Requests a route and returns the status. A stream would only send its headers. */
async function ask(base: string, route: Route, headers: Headers, method = route.method): Promise<Got> {
  return route.path === '/view/live' && method === 'GET'
    ? { status: await headOf(`${base}/view/live`, headers), headers: {}, body: '' }
    : get(base + pathOf(route), { 'content-type': 'application/json', ...headers }, method);
}

async function headOf(url: string, headers: Headers): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    sent.once('error', reject);
    sent.end();
  });
}

const closed = (status: number) => status === 401 || status === 403;
const named = (route: Route) => `${route.method} ${route.path}`;

describe('every route', () => {
  it('is behind the guard: every server passes its routes to serveRoutes', () => {
    const folder = 'packages/loom/src';
    const starting = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const)
      .filter(([, text]) =>
        /\bcreate(?:Secure)?Server\(|\bnew (?:Http|Https|Net)?Server\(|\bDeno\.serve|\bBun\.serve/.test(text),
      );
    expect(starting.map(([path]) => path).toSorted()).toEqual(['dashboard/server.ts', 'receiver/server.ts']);
    for (const [, text] of starting) expect(text).toContain('serveRoutes(server, {');
  });

  it('has one of the known accesses, and these are the open ones', async () => {
    const { routes } = await dashboard();
    const by = (access: Access) => routes.filter((route) => route.access === access).map(named);
    expect(by('open')).toEqual(['GET /api/public/health']);
    expect(by('read')).toEqual(['GET /api/public/v2/observations']);
    expect(by('sign-in')).toEqual(['GET /']);
    expect(routes.filter(({ path }) => path.startsWith('/view/')).map(({ access }) => access)).toEqual([
      'page',
      'page',
    ]);
  });

  it('is closed without a credential, with a wrong one, and with another project’s', async () => {
    const [own, other] = [await dashboard(), await dashboard('127.0.0.1', OTHER_TOKEN)];
    const page = await openPage(own.openUrl);
    const otherPage = await openPage(other.openUrl);
    const others: Headers = { authorization: basicAuthorization(other.keys), cookie: otherPage.cookie };
    for (const route of own.routes) {
      const answers = {
        none: await ask(own.url, route, {}),
        madeUp: await ask(own.url, route, { ...MADE_UP, cookie: 'loom=1' }),
        others: await ask(own.url, route, others),
        othersHere: await ask(own.url, route, { ...others, host: page.host }),
        // A token is only for the address bar.
        token: await ask(own.url, route, { authorization: `Bearer ${TOKEN}` }),
        own: await ask(own.url, route, all(page, own)),
      };
      const isOpen = route.access === 'open' || route.access === 'count';
      const isWrite = route.access === 'write';
      expect({
        none: closed(answers.none.status),
        madeUp: closed(answers.madeUp.status),
        others: closed(answers.others.status),
        othersHere: closed(answers.othersHere.status),
        token: closed(answers.token.status),
        own: closed(answers.own.status),
        route: named(route),
      }).toEqual({
        none: !isOpen,
        madeUp: !isOpen && !isWrite,
        others: !isOpen,
        othersHere: !isOpen,
        token: !isOpen,
        own: false,
        route: named(route),
      });
    }
  });

  it('is closed to another Host and to another site, with any credentials', async () => {
    const own = await dashboard();
    const page = await openPage(own.openUrl);
    const port = new URL(own.url).port;
    const strangers: Headers[] = [
      { host: 'evil.example' },
      { host: `evil.example:${port}` },
      { host: '127.0.0.1' },
      { host: '127.0.0.1:1' },
      { host: `loom-000000000000000000000000.localhost:${port}` },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:8787' },
      { origin: `http://localhost:${port}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const route of own.routes) {
      for (const stranger of strangers) {
        const { status, body } = await get(
          own.url + pathOf(route),
          { ...all(page, own), ...stranger },
          route.method,
        );
        expect([named(route), stranger, status, body.includes('overview')]).toEqual([
          named(route),
          stranger,
          403,
          false,
        ]);
      }
    }
  });

  it('answers only its own method, and reads no body above its size', async () => {
    const own = await dashboard();
    const headers = all(await openPage(own.openUrl), own);
    for (const route of own.routes) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
        if (method !== route.method) {
          const answer = await get(own.url + pathOf(route), headers, method);
          expect([named(route), method, answer.status]).toEqual([named(route), method, 405]);
          expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        }
      }
      // No part of the body is sent. The response depends on the announced length.
      const announced = {
        ...headers,
        'content-length': String(route.maxBytes + 1),
        'content-type': 'application/json',
      };
      expect([named(route), await headOnly(own.url, route, announced)]).toEqual([named(route), 413]);
    }
  });

  it('a missing route is 404 with a credential and 401 without', async () => {
    const own = await dashboard();
    const headers = all(await openPage(own.openUrl), own);
    for (const path of ['/nothing', '/api/public/nothing', '/v1/nothing', '/view', '/api', '/__proto__']) {
      expect([path, (await get(own.url + path)).status]).toEqual([path, 401]);
      expect([path, (await get(own.url + path, headers)).status]).toEqual([path, 404]);
    }
  });
});

async function headOnly(base: string, route: Route, headers: Headers): Promise<number> {
  const { connect } = await import('node:net');
  const lines = Object.entries({ host: new URL(base).host, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1', () => {
      socket.write(`${route.method} ${pathOf(route)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    });
    socket.once('data', (bytes) => {
      resolve(Number(bytes.toString().split(' ')[1]));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

/** The name that another machine would use for this one. */
const address = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe.skipIf(address === undefined)('with --allow-network, at the machine’s own address', () => {
  it('only the project’s own keys write and read, and only with a name of this machine', async () => {
    const own = await dashboard('0.0.0.0');
    const { port } = new URL(own.url);
    const base = `http://${address}:${port}`;
    const keys = { authorization: basicAuthorization(own.keys) };
    for (const route of own.routes) {
      const isOpen = route.access === 'open';
      const statuses = {
        none: closed((await ask(base, route, {})).status),
        madeUp: closed((await ask(base, route, MADE_UP)).status),
        rebound: (await ask(base, route, { ...keys, host: `evil.example:${port}` })).status,
        fromHere: closed((await ask(`http://127.0.0.1:${port}`, route, MADE_UP)).status),
      };
      expect({ ...statuses, route: named(route) }).toEqual({
        none: !isOpen,
        madeUp: !isOpen,
        rebound: 403,
        fromHere: !isOpen,
        route: named(route),
      });
    }
    expect((await get(`${base}/api/public/v2/observations`, keys)).status).toBe(200);
    const opened = await get(`${base}/?token=${TOKEN}`);
    const [cookie = ''] = opened.headers['set-cookie'] as string[];
    expect([opened.status, opened.headers.location, cookie.includes(TOKEN)]).toEqual([303, '/', false]);
    const page = { cookie: cookie.split(';')[0] ?? '' };
    expect((await get(`${base}/view/budgets`, page)).status).toBe(200);
    expect((await get(`http://127.0.0.1:${port}/view/budgets`, page)).status).toBe(401);
  });
});
