import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { SignJWT } from 'jose';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOf, newSecret } from '../../../packages/loom/src/server/gate/secrets.js';
import { get } from '../../harness/dashboard-page.js';
import { AccessTeam, AUD, accessToken, keyPair, TEAM } from './access-team.js';
import { addKey } from './add-key.js';

const AT = 'https://traces.test';
const MIGRATION = new URL('../../../packages/loom/migrations/0010_team_access.sql', import.meta.url);

/** The gate in front of a few routes, as in the Worker. */
const WORKER = `
import { waitUntil } from 'cloudflare:workers';
import { Gate, secured } from './gate/gate.js';
import { ISOLATE_BYTES, readBody } from './gate/body.js';
import { readAccess } from './gate/cloudflare-access.js';
import { refuseOtherServices } from './gate/bound.js';
import { Budget } from '../http/budget.js';
import { Refused } from '../http/refused.js';

const NEEDS = { '/api/public/health': 'open', '/api/public/otel/v1/traces': 'write', '/api/public/v2/observations': 'read' };
const budget = new Budget(ISOLATE_BYTES);
let gate;
function sqlOf(db) {
  const bound = ({ sql, params = [] }) => db.prepare(sql).bind(...params);
  const all = async (sql, ...params) => (await bound({ sql, params }).all()).results;
  return { all, get: async (...of) => (await all(...of))[0], batch: (list) => db.batch(list.map(bound)) };
}
export default {
  async fetch(request, env) {
    gate ??= new Gate({ sql: sqlOf(env.DB), now: Date.now, access: { ...readAccess(env.ACCESS_TEAM, env.ACCESS_AUD), cooldownMs: 0 }, later: waitUntil });
    const { pathname } = new URL(request.url);
    const held = budget.open();
    try {
      const own = await gate.answer(request);
      if (own) return own;
      const caller = await gate.admit(request, NEEDS[pathname] ?? 'page');
      const body = request.method === 'POST' ? await readBody(request, { maxBytes: 64e6, budget, reservation: held }) : undefined;
      if (body && pathname.endsWith('/traces')) {
        refuseOtherServices({ spans: JSON.parse(new TextDecoder().decode(body)).spans }, caller.service);
      }
      return secured(Response.json({ by: caller?.by, id: caller?.id, bytes: body?.length }), caller);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return gate.signInFor(request, error) ?? secured(Response.json({ error: error.message }, { status: error.status, headers: error.headers }));
    } finally {
      held.release();
    }
  },
};`;

let miniflare: Miniflare;
const team = new AccessTeam();

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

const ask = (path: string, init: Sent = {}) =>
  miniflare.dispatchFetch(`${AT}${path}`, { redirect: 'manual', ...init });

const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });

async function database() {
  return (await miniflare.getD1Database('DB')) as unknown as {
    prepare(sql: string): {
      bind(...of: unknown[]): { all(): Promise<{ results: Record<string, unknown>[] }> };
    };
  };
}

const query = async (sql: string, ...params: unknown[]) =>
  (
    await (
      await database()
    )
      .prepare(sql)
      .bind(...params)
      .all()
  ).results;

let made = 0;
/** A key like those of `lm keys add`. */
async function key(kind: 'ingest' | 'read' | 'login', service: string | null = null) {
  made += 1;
  const id = kind === 'login' ? `login-${made}abc` : `pk-lf-team-${made}`;
  const secret = await addKey(query, { id, kind, service, createdAt: Date.now() });
  return { id, secret, headers: basic(id, secret), token: `${id}.${secret}` };
}

const revoke = (id: string) => query('UPDATE access_keys SET revoked_at = ? WHERE id = ?', Date.now(), id);

const OWN_FORM = {
  origin: AT,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/x-www-form-urlencoded',
};

const signIn = (token: string, headers: Record<string, string> = {}) =>
  ask('/sign-in', {
    method: 'POST',
    headers: { ...OWN_FORM, ...headers },
    body: new URLSearchParams({ token }).toString(),
  });

async function cookieOf(token: string): Promise<string> {
  const answer = await signIn(token);
  expect(answer.status).toBe(303);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const WRITE = '/api/public/otel/v1/traces';
const write = (headers: Record<string, string>, body: string | Uint8Array = '{"spans":[]}') =>
  ask(WRITE, { method: 'POST', headers, body });
const read = (headers: Record<string, string>, path = '/view/traces') => ask(path, { headers });
const statusOf = async (answer: Promise<{ status: number; text(): Promise<string> }>) => {
  const { status, text } = await answer.then(async (got) => ({ status: got.status, text: await got.text() }));
  // A rejection never reveals the compared values.
  expect(text).not.toMatch(/[0-9a-f]{64}/);
  return status;
};

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: WORKER,
      resolveDir: new URL('../../../packages/loom/src/server', import.meta.url).pathname,
      loader: 'js',
    },
    bundle: true,
    external: ['cloudflare:*'],
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    write: false,
  });
  const script = outputFiles[0]?.text ?? '';
  expect(script).not.toMatch(/["']node:/);
  miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-04-01',
    d1Databases: ['DB'],
    bindings: { ACCESS_TEAM: TEAM, ACCESS_AUD: AUD },
    outboundService: team.answer,
  });
  for (const statement of readFileSync(MIGRATION, 'utf8').replaceAll(/--.*$/gm, '').split(';')) {
    if (statement.trim() !== '') {
      await query(statement);
    }
  }
}, 60_000);
afterAll(() => miniflare?.dispose());

describe('who may write', () => {
  test('a key pair of this server, sent like Langfuse clients do', async () => {
    const { id, headers } = await key('ingest');
    expect(await (await write(headers)).json()).toMatchObject({ by: 'ingest', id });
    const [row] = await query('SELECT used_at FROM access_keys WHERE id = ?', id);
    expect(Number(row?.used_at)).toBeGreaterThan(Date.now() - 3_600_001);
  });

  test('no one else', async () => {
    const own = await key('ingest');
    const other = await key('ingest');
    const reader = await key('read');
    const login = await key('login');
    expect(await statusOf(write({}))).toBe(401);
    expect(await statusOf(write({ authorization: `Bearer ${own.secret}` }))).toBe(401);
    expect(await statusOf(write({ authorization: 'Basic !!!' }))).toBe(401);
    expect(await statusOf(write(basic(own.id, newSecret())))).toBe(401);
    expect(await statusOf(write(basic(own.id, other.secret)))).toBe(401);
    expect(await statusOf(write(basic(own.id, await hashOf(own.secret))))).toBe(401);
    // Keys of another project, and of the receiver on a laptop.
    expect(await statusOf(write(basic('pk-lf-test', 'sk-lf-test')))).toBe(401);
    expect(await statusOf(write(basic(`pk-lf-loom-${'0'.repeat(14)}`, `sk-lf-loom-${'0'.repeat(32)}`)))).toBe(
      401,
    );
    expect(await statusOf(write(reader.headers))).toBe(403);
    expect(await statusOf(write(login.headers))).toBe(403);
    expect(await statusOf(write(basic("' OR 1=1 --", 'x')))).toBe(401);
  });

  test('a revoked or expired key writes nothing from the next request on', async () => {
    const { id, headers } = await key('ingest');
    expect(await statusOf(write(headers))).toBe(200);
    await revoke(id);
    expect(await statusOf(write(headers))).toBe(401);
    const old = await key('ingest');
    await query('UPDATE access_keys SET expires_at = ? WHERE id = ?', Date.now() - 1, old.id);
    expect(await statusOf(write(old.headers))).toBe(401);
  });

  test('a bound key writes only spans of its own MCP server', async () => {
    const { headers } = await key('ingest', 'shop');
    const span = (server: string) =>
      JSON.stringify({ spans: [{ metadata: { 'touchpoint.mcp_server': server } }] });
    expect(await statusOf(write(headers, span('shop')))).toBe(200);
    expect(await statusOf(write(headers, span('billing')))).toBe(403);
    const trace = { spans: [{ metadata: {}, trace: { metadata: { 'touchpoint.mcp_server': 'billing' } } }] };
    expect(await statusOf(write(headers, JSON.stringify(trace)))).toBe(403);
    const foreign = { spans: [{ metadata: {}, resource: { 'service.name': 'billing' } }] };
    expect(await statusOf(write(headers, JSON.stringify(foreign)))).toBe(403);
  });
});

describe('bodies', () => {
  test('a compressed body is unpacked', async () => {
    const { headers } = await key('ingest');
    const text = JSON.stringify({ spans: [], filling: 'é'.repeat(100_000) });
    const packed = await write({ ...headers, 'content-encoding': 'gzip' }, gzipSync(text));
    expect(await packed.json()).toMatchObject({ bytes: Buffer.byteLength(text) });
  });

  test('too large, a compression bomb, or broken: rejected', async () => {
    const { headers } = await key('ingest');
    const gzip = { ...headers, 'content-encoding': 'gzip' };
    expect(await statusOf(write(headers, new Uint8Array(17 * 1024 * 1024)))).toBe(413);
    // 400 MB of zeros in 390 kB.
    const bomb = gzipSync(Buffer.alloc(400_000_000));
    expect(await statusOf(write(gzip, bomb))).toBe(413);
    expect(await statusOf(write({ ...headers, 'content-encoding': 'deflate' }, bomb))).toBe(400);
    expect(await statusOf(write(gzip, 'not packed'))).toBe(400);
    expect(await statusOf(write(gzip, gzipSync('{"spans":[]}').subarray(0, 15)))).toBe(400);
    expect(await statusOf(write({ ...headers, 'content-encoding': 'br' }, 'x'))).toBe(415);
    // All memory was released.
    expect(await statusOf(write(headers))).toBe(200);
  });
});

describe('who may read', () => {
  test('a read key reads and changes nothing; an ingest key does not read', async () => {
    const { id, headers } = await key('read');
    expect(await (await read(headers)).json()).toMatchObject({ by: 'read', id });
    expect(await statusOf(read(headers, '/api/public/v2/observations'))).toBe(200);
    expect(await statusOf(ask('/change/saved-views', { method: 'POST', headers, body: '{}' }))).toBe(403);
    expect(await statusOf(read((await key('ingest')).headers))).toBe(403);
    await revoke(id);
    expect(await statusOf(read(headers))).toBe(401);
  });

  test('no one without credentials, on any path', async () => {
    for (const path of [
      '/',
      '/index.html',
      '/app.js',
      '/view/traces',
      '/view/live',
      '/api/public/v2/observations',
      '/api/public/../../view/traces',
      '/api/public/health/../../../view/traces',
      '/api/public/health%2f..%2f..%2fview/traces',
      '//view/traces',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/.env',
    ]) {
      expect([path, await statusOf(read({}, path))]).toEqual([path, 401]);
    }
    expect(await statusOf(read({}, '/api/public/health'))).toBe(200);
  });

  test('every response has the browser’s security headers', async () => {
    for (const answer of [await read({}), await read({}, '/'), await read((await key('read')).headers)]) {
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      await answer.text();
    }
  });
});

describe('signing in', () => {
  test('a login token becomes a cookie that scripts can’t read', async () => {
    const { id, token } = await key('login');
    const answer = await signIn(token);
    expect(answer.headers.get('location')).toBe('/');
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^__Host-loom=[0-9a-f]{64}; HttpOnly; Secure; SameSite=Lax; Path=\/; Max-Age=28800$/,
    );
    expect(cookie).not.toContain(token.split('.')[1] ?? token);
    expect(await (await read({ cookie: cookie.split(';')[0] ?? '' })).json()).toMatchObject({
      by: 'session',
      id,
    });
    // The database has only the hash of the cookie's secret.
    const rows = JSON.stringify(await query('SELECT * FROM page_sessions JOIN access_keys'));
    expect(rows).not.toContain(cookie.slice('__Host-loom='.length, '__Host-loom='.length + 64));
    expect(rows).not.toContain(token.split('.')[1]);
  });

  test('a wrong, revoked or other token opens nothing', async () => {
    const { id, token, secret } = await key('login');
    const reader = await key('read');
    for (const wrong of [
      '',
      secret,
      `${id}.${newSecret()}`,
      `login-ffff.${secret}`,
      `${reader.id}.${reader.secret}`,
    ]) {
      expect(await statusOf(signIn(wrong))).toBe(401);
    }
    await revoke(id);
    expect(await statusOf(signIn(token))).toBe(401);
    expect(await statusOf(signIn('x'.repeat(2000)))).toBe(413);
  });

  test('a cookie is rejected after signing out, and so is one of a revoked token', async () => {
    const { id, token } = await key('login');
    const [cookie, other] = [await cookieOf(token), await cookieOf(token)];
    const out = await ask('/sign-out', { method: 'POST', headers: { ...OWN_FORM, cookie } });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      303,
      expect.stringMatching(/^__Host-loom=; .*Max-Age=0$/),
    ]);
    expect(await statusOf(read({ cookie }))).toBe(401);
    expect(await statusOf(read({ cookie: other }))).toBe(200);
    await revoke(id);
    expect(await statusOf(read({ cookie: other }))).toBe(401);
    for (const forged of ['__Host-loom=', `__Host-loom=${newSecret()}`, `__Host-loom=${id}`]) {
      expect(await statusOf(read({ cookie: forged }))).toBe(401);
    }
  });

  test('a session ends when idle, and after a week at the latest', async () => {
    const { id, token } = await key('login');
    const cookie = await cookieOf(token);
    const hour = 3_600_000;
    const age = (created: number, expires: number) =>
      query(
        'UPDATE page_sessions SET created_at = ?, expires_at = ? WHERE key_id = ?',
        Date.now() + created,
        Date.now() + expires,
        id,
      );
    await age(-6 * hour, 2 * hour);
    expect((await read({ cookie })).headers.get('set-cookie')).toContain('Max-Age=28800');
    await age(-167 * hour, hour / 2);
    const late = await read({ cookie });
    expect(Number(/Max-Age=(\d+)/.exec(late.headers.get('set-cookie') ?? '')?.[1])).toBeLessThanOrEqual(3600);
    await age(-9 * hour, -1);
    expect(await statusOf(read({ cookie }))).toBe(401);
  });

  test('another site can neither sign in, nor sign out, nor read with the cookie', async () => {
    const { token } = await key('login');
    const cookie = await cookieOf(token);
    const cross = { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' };
    expect(await statusOf(signIn(token, cross))).toBe(403);
    expect(await statusOf(signIn(token, { origin: 'null' }))).toBe(403);
    expect(
      await statusOf(ask('/sign-out', { method: 'POST', headers: { ...OWN_FORM, cookie, ...cross } })),
    ).toBe(403);
    const form = { 'content-type': OWN_FORM['content-type'] };
    expect(await statusOf(ask('/sign-out', { method: 'POST', headers: { ...form, cookie } }))).toBe(403);
    expect(await statusOf(read({ cookie, ...cross }))).toBe(403);
    expect(await statusOf(read({ cookie, 'sec-fetch-site': 'same-site' }))).toBe(403);
    expect(await statusOf(read({ cookie, origin: 'https://traces.test.evil.test' }))).toBe(403);
    // A link to the page is allowed, but to nothing else. A frame is not a link.
    const { origin } = await miniflare.ready;
    const follow = async (path: string, dest: string) =>
      (
        await get(origin + path, {
          cookie,
          'sec-fetch-site': 'cross-site',
          'sec-fetch-mode': 'navigate',
          'sec-fetch-dest': dest,
        })
      ).status;
    expect(await follow('/', 'document')).toBe(200);
    expect(await follow('/', 'iframe')).toBe(403);
    expect(await follow('/view/traces', 'document')).toBe(403);
  });

  test('sign-ins and sign-outs are logged', async () => {
    const { id, token } = await key('login');
    const from = { 'cf-connecting-ip': '203.0.113.9' };
    const cookie = ((await signIn(token, from)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    await ask('/sign-out', { method: 'POST', headers: { ...OWN_FORM, ...from, cookie } });
    await signIn(`${id}.${newSecret()}`, from);
    await expect
      .poll(() => query('SELECT kind, place FROM access_log WHERE subject = ? ORDER BY seq', id))
      .toEqual([
        { kind: 'signed in', place: '203.0.113.9' },
        { kind: 'signed out', place: '203.0.113.9' },
        { kind: 'sign-in refused', place: '203.0.113.9' },
      ]);
  });

  test('one address can’t try many times', async () => {
    const from = { 'cf-connecting-ip': '203.0.113.77' };
    const failed = () => write({ ...basic('pk-lf-test', 'sk-lf-test'), ...from });
    const triesOf = async (most: number) => {
      const answers: number[] = [];
      while (answers.length < most && answers.at(-1) !== 429) answers.push(await statusOf(failed()));
      return answers;
    };
    // Failures are counted in periods of ten seconds. One period may end during the first tries, but not
    // during the next.
    const answers = await triesOf(40);
    if (answers.at(-1) !== 429) answers.push(...(await triesOf(40)));
    expect(answers[0]).toBe(401);
    const last = await failed();
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('Cloudflare Access', () => {
  const bring = (jwt: string) => read({ 'cf-access-jwt-assertion': jwt });

  test('a token that Access signed for this page is accepted, and no other', async () => {
    const [own, evil] = [await keyPair(), await keyPair()];
    await team.publish({ one: own.publicKey });
    const good = await accessToken(own.privateKey, 'one');
    expect(await (await bring(good)).json()).toMatchObject({ by: 'access', id: 'ana@example.com' });
    const [head, body = '', sign] = good.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, email: 'eve@example.com' })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const wrong of [
      await accessToken(evil.privateKey, 'one'),
      await accessToken(own.privateKey, 'one', { aud: 'beef'.repeat(16) }),
      await accessToken(own.privateKey, 'one', { iss: 'https://evil.cloudflareaccess.com' }),
      await accessToken(own.privateKey, 'one', { exp: '-5m' }),
      `${head}.${forged}.${sign}`,
      `${none}.${body}.`,
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'one' })
        .sign(new TextEncoder().encode(JSON.stringify(team.keys[0]))),
      'x.y.z',
      '',
    ]) {
      expect(await statusOf(bring(wrong))).toBe(401);
    }
    // It opens the page, but can't write.
    expect(await statusOf(write({ 'cf-access-jwt-assertion': good }))).toBe(401);
  });

  test('keys that Access rotates are looked up, and withdrawn keys are rejected', async () => {
    const [before, after] = [await keyPair(), await keyPair()];
    await team.publish({ before: before.publicKey });
    const old = await accessToken(before.privateKey, 'before');
    expect(await statusOf(bring(old))).toBe(200);
    const asked = team.asked;
    expect(await statusOf(bring(old))).toBe(200);
    expect(team.asked).toBe(asked);
    await team.publish({ after: after.publicKey });
    expect(await statusOf(bring(await accessToken(after.privateKey, 'after')))).toBe(200);
    expect(team.asked).toBe(asked + 1);
    expect(await statusOf(bring(old))).toBe(401);
  });

  test('an error while reading keys is not a rejection', async () => {
    const unknown = await accessToken((await keyPair()).privateKey, 'unknown');
    team.isDown = true;
    const answer = await bring(unknown);
    team.isDown = false;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });

  test('its own cookie or header alone gives no access', async () => {
    expect(await statusOf(read({ cookie: 'CF_Authorization=x.y.z' }))).toBe(401);
    expect(await statusOf(read({ 'cf-access-authenticated-user-email': 'ana@example.com' }))).toBe(401);
  });
});
